//! The index-only form of a complete ZIP: the same manifest and rows, without the bodies.

use std::io::{self, Seek, Write};

use super::export_index::{ExportIndex, TEXTS};
use super::write::Writer;

/// Writes manifest and rows of `index` as their own ZIP, byte for byte as they are packed:
/// the same index always gives the same file. Blocks.
///
/// # Errors
/// What reading or writing fails with.
pub fn write_index_only<W: Write + Seek>(index: &ExportIndex, out: W) -> io::Result<W> {
    let mut writer = Writer::new(out);
    for name in TEXTS {
        let (packed, bytes) = index.packed_text(name).map_err(io::Error::other)?;
        writer.add_packed(name, packed, bytes)?;
    }
    writer.finish()
}
