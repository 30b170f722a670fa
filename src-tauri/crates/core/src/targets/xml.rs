//! The parts of targets' XML responses that are read: lists of records with a few fields.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// A record's name, and its fields' texts by name.
pub type Record = (String, HashMap<String, String>);

/// The records called `names`, and everything inside them by its own name,
/// namespaces left aside. `None` for what is not XML.
pub fn records(xml: &str, names: &[&str]) -> Option<Vec<Record>> {
    let mut reader = Reader::from_str(xml);
    let mut records = Vec::new();
    let mut record: Option<Record> = None;
    let mut open = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.local_name().into_inner().to_owned();
                match &mut record {
                    None if names.contains(&name.as_str()) => record = Some((name.clone(), HashMap::new())),
                    None => {}
                    Some((_, fields)) => {
                        fields.entry(name.clone()).or_default();
                    }
                }
                open.push(name);
            }
            Event::Empty(empty) => {
                if let Some((_, fields)) = &mut record {
                    fields.entry(empty.local_name().into_inner().to_owned()).or_default();
                }
            }
            Event::End(end) => {
                open.pop();
                let name = end.local_name().into_inner().to_owned();
                if record.as_ref().is_some_and(|(of, _)| *of == name) {
                    records.extend(record.take());
                }
            }
            Event::Text(text) => append(&mut record, &open, &text.xml10_content()),
            Event::CData(text) => append(&mut record, &open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok()?.map(String::from);
                let text = letter
                    .or_else(|| resolve_predefined_entity(&reference.xml10_content()).map(str::to_owned));
                append(&mut record, &open, &text?);
            }
            Event::Eof => return Some(records),
            _ => {}
        }
    }
}

/// The text of the first element with this name, anywhere.
pub fn text(xml: &str, name: &str) -> Option<String> {
    let outer = format!("<record>{}</record>", xml.split_once("?>").map_or(xml, |(_, rest)| rest));
    records(&outer, &["record"])?.into_iter().find_map(|(_, mut fields)| fields.remove(name))
}

fn append(record: &mut Option<Record>, open: &[String], text: &str) {
    if let (Some((_, fields)), Some(name)) = (record, open.last())
        && let Some(field) = fields.get_mut(name)
    {
        field.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_in_any_namespace() {
        let xml = r#"<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response>
            <D:href>/a%20b&amp;c</D:href><D:resourcetype><D:collection/></D:resourcetype>
            </D:response><D:response><D:href>/x</D:href></D:response></D:multistatus>"#;
        let records = records(xml, &["response"]).expect("this is XML");
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].1["href"], "/a%20b&c");
        assert!(records[0].1.contains_key("collection"));
        assert!(!records[1].1.contains_key("collection"));
    }
}
