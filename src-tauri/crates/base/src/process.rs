//! This process and who may look into its memory, which holds passwords and keys.

/// Keeps the memory of this process out of core files, and closed to other programs of the
/// same person (Linux only). Call it first thing in a release build: it also keeps debuggers
/// away.
///
/// It never fails: where the system refuses, everything works as before.
pub fn close_memory() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

        let none = Rlimit { current: Some(0), maximum: Some(0) };
        // A child inherits the limit; that it cannot be dumped ends with the next program.
        let _ = setrlimit(Resource::Core, none);
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn the_memory_of_this_process_is_neither_dumped_nor_open() {
        super::close_memory();
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
