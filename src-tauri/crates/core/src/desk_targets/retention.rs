//! Which backups of a desk target retention deletes: the oldest beyond the number that stays, as the
//! server does it, but never the newest whole one and never the newest intact one. Bodies stay.

/// A backup of a desk target, as far as retention cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// It was read back in full and is as it should be.
    pub intact: bool,
    /// It is intact, and every attachment that it lists is there.
    pub whole: bool,
}

/// The places of those that go, in a list with the newest first. `keep`: how many stay.
pub fn over_retention(backups: &[Kept], keep: u32) -> Vec<usize> {
    let keep = usize::try_from(keep).unwrap_or(usize::MAX).max(1);
    let newest_whole = backups.iter().position(|backup| backup.whole);
    let newest_intact = backups.iter().position(|backup| backup.intact);
    let spared = [newest_whole, newest_intact];
    (keep..backups.len()).filter(|at| !spared.contains(&Some(*at))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: Kept = Kept { intact: true, whole: true };
    const LACKING: Kept = Kept { intact: true, whole: false };
    const DAMAGED: Kept = Kept { intact: false, whole: false };

    #[test]
    fn the_oldest_backups_beyond_the_limit_are_removed() {
        assert_eq!(over_retention(&[WHOLE, WHOLE, WHOLE, WHOLE], 2), [2, 3]);
        assert!(over_retention(&[WHOLE, WHOLE], 2).is_empty());
        assert_eq!(over_retention(&[WHOLE, WHOLE], 0), [1], "one always stays");
    }

    #[test]
    fn the_newest_complete_and_the_newest_intact_backup_are_kept() {
        assert_eq!(over_retention(&[LACKING, LACKING, WHOLE, WHOLE], 2), [3]);
        assert_eq!(over_retention(&[DAMAGED, LACKING, WHOLE, WHOLE], 1), [3]);
        assert!(over_retention(&[DAMAGED, LACKING], 1).is_empty());
        assert_eq!(over_retention(&[DAMAGED, DAMAGED], 1), [1]);
    }

    proptest! {
        #[test]
        fn retention_keeps_good_backups_good(
            backups in prop::collection::vec(prop::sample::select(vec![WHOLE, LACKING, DAMAGED]), 0..40),
            keep in 0_u32..50,
        ) {
            let gone = over_retention(&backups, keep);
            let left: Vec<Kept> =
                (0..backups.len()).filter(|at| !gone.contains(at)).map(|at| backups[at]).collect();
            prop_assert_eq!(left.iter().any(|one| one.whole), backups.iter().any(|one| one.whole));
            prop_assert_eq!(left.iter().any(|one| one.intact), backups.iter().any(|one| one.intact));
            prop_assert!(left.len() >= backups.len().min(usize::try_from(keep).expect("small")));
            prop_assert!(left.len() <= usize::try_from(keep.max(1)).expect("small") + 2);
        }
    }
}
