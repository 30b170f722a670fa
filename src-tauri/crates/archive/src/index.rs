//! Finds things of a long list by a text in them, in little memory: only their
//! places are kept, sorted by the text.

/// An index of a list by one text of each thing.
pub(crate) struct Index<'a, T> {
    list: &'a [T],
    text: fn(&T) -> &str,
    places: Vec<usize>,
}

impl<'a, T> Index<'a, T> {
    /// Indexes those things of `list` that are `wanted`.
    pub(crate) fn new(list: &'a [T], wanted: fn(&T) -> bool, text: fn(&T) -> &str) -> Self {
        let mut places: Vec<usize> = (0..list.len()).filter(|&place| wanted(&list[place])).collect();
        places.sort_by(|&one, &other| text(&list[one]).cmp(text(&list[other])));
        Self { list, text, places }
    }

    /// The place of the thing with this text; the last of several.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let behind = self.places.partition_point(|&place| (self.text)(&self.list[place]) <= text);
        let place = *self.places.get(behind.checked_sub(1)?)?;
        ((self.text)(&self.list[place]) == text).then_some(place)
    }

    /// The thing with this text; the last of several.
    pub(crate) fn get(&self, text: &str) -> Option<&'a T> {
        self.find(text).map(|place| &self.list[place])
    }

    /// How many different texts there are that are `wanted`.
    pub(crate) fn count(&self, wanted: impl Fn(&str) -> bool) -> usize {
        let texts = || self.places.iter().map(|&place| (self.text)(&self.list[place]));
        let is_new = |(text, before): &(&str, Option<&str>)| Some(*text) != *before;
        let pairs = texts().zip(std::iter::once(None).chain(texts().map(Some)));
        pairs.filter(is_new).filter(|(text, _)| wanted(text)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_is_found_and_each_counted_once() {
        let list = ["b", "a", "b", "c", "x"];
        let index = Index::new(&list, |text| *text != "x", |text| text);
        assert_eq!(index.find("b"), Some(2));
        assert_eq!(index.get("a"), Some(&"a"));
        assert_eq!((index.find("x"), index.find(""), index.find("d")), (None, None, None));
        assert_eq!((index.count(|_| true), index.count(|text| text > "a")), (3, 2));
    }
}
