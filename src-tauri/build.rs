//! Embeds the configuration, the capabilities and the pages.

fn main() {
    // Pages built again must not stay behind in a shell built before: cargo does not see them by
    // itself, since a macro reads them.
    #[allow(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]
    {
        println!("cargo::rerun-if-changed=../ui/dist");
    }
    tauri_build::build();
}
