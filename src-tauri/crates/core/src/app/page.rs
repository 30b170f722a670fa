//! Reports for people: a page of headings and tables that any browser shows, and
//! a table that any spreadsheet opens. The words come from the window, in the
//! person's language.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::tasks::blocking;
use crate::archive::Inspection;
use crate::error::ArchiveDetail;
use crate::jobs::PartFile;
use crate::{Result, text};

/// A readable report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The language of its words, such as "en" or "zh-CN".
    pub language: String,
    /// Its heading.
    pub title: String,
    /// The sentence below it.
    pub lead: String,
    /// Its parts, from the top.
    pub sections: Vec<Section>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What it holds.
    pub table: Table,
}

/// Rows and columns of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// What the columns are called; empty for a list of facts.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1d2429;background:#fff}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;\
border-bottom:1px solid #dfe3e6;overflow-wrap:anywhere}th{font-weight:600;color:#56616a}";

impl Page {
    /// The page as HTML: one file, without scripts and without anything from elsewhere.
    pub fn to_html(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
            escaped(&self.language),
            escaped(&self.lead),
            title = escaped(&self.title),
        );
        for section in &self.sections {
            let _ = writeln!(html, "<h2>{}</h2>\n<table>", escaped(&section.title));
            row(&mut html, "th", &section.table.heads);
            for cells in &section.table.rows {
                row(&mut html, "td", cells);
            }
            html.push_str("</table>\n");
        }
        html.push_str("</body>\n</html>\n");
        html
    }
}

fn row(html: &mut String, tag: &str, cells: &[String]) {
    if cells.is_empty() {
        return;
    }
    html.push_str("<tr>");
    for cell in cells {
        // Writing to a String cannot fail.
        let _ = write!(html, "<{tag}>{}</{tag}>", escaped(cell));
    }
    html.push_str("</tr>\n");
}

/// Words as they may stand in HTML. E-mails and names come from whoever made the backup: what
/// would turn a line around is replaced, too.
fn escaped(words: &str) -> String {
    let words = text::lines(words);
    let mut safe = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

impl Table {
    /// The table as CSV, in UTF-8 with the mark that spreadsheets look for.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from('\u{feff}');
        for cells in std::iter::once(&self.heads).filter(|heads| !heads.is_empty()).chain(&self.rows) {
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            csv.push_str(&cells.join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

/// A cell. One that a spreadsheet would run as a formula gets an apostrophe in
/// front: email addresses and names come from whoever made the backup.
fn quoted(cell: &str) -> String {
    let cell = text::lines(cell);
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if cell.contains(['"', ',', '\n', '\r', ';', '\t']) {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        format!("{guard}{cell}")
    }
}

/// Saves a report as a readable page. A file of that name is replaced: the system's
/// dialog has asked.
///
/// # Errors
/// `FileExists` when what is there is no regular file, or what the file system says.
pub async fn save_page(page: Page, path: PathBuf) -> Result<()> {
    blocking(move || save(&path, page.to_html().as_bytes())).await
}

/// Saves a table for spreadsheets, as [`save_page`] does.
///
/// # Errors
/// As [`save_page`].
pub async fn save_table(table: Table, path: PathBuf) -> Result<()> {
    blocking(move || save(&path, table.to_csv().as_bytes())).await
}

/// Saves an inspection as JSON, as [`save_page`] does.
///
/// # Errors
/// As [`save_page`].
pub async fn save_inspection(inspection: Inspection, path: PathBuf) -> Result<()> {
    blocking(move || {
        let json = text::json_pretty(&inspection)
            .map_err(|error| ArchiveDetail::ReportNotWritten.error().original(error.to_string()))?;
        save(&path, json.as_bytes())
    })
    .await
}

pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut part = PartFile::replacing(path)?;
    part.write(bytes)?;
    part.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn table(rows: &[&[&str]]) -> Table {
        let row = |cells: &&[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        Table { heads: vec!["Path".into(), "Owner".into()], rows: rows.iter().map(row).collect() }
    }

    fn page(cell: &str) -> Page {
        Page {
            language: "zh-CN".into(),
            title: "检查报告".into(),
            lead: cell.into(),
            sections: vec![Section { title: cell.into(), table: table(&[&[cell, "b"]]) }],
        }
    }

    #[test]
    fn values_in_a_page_are_escaped() {
        let html = page("<script>alert('x')</script> & \"y\"").to_html();
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(
            html.matches("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;").count(),
            3
        );
    }

    #[test]
    fn a_page_declares_its_language_and_loads_no_resources() {
        let html = page("b").to_html();
        assert!(html.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"));
        assert!(html.contains("default-src 'none'"));
        assert!(html.contains("<h1>检查报告</h1>"));
        assert!(!html.contains("http:") && !html.contains("https:"));
    }

    #[test]
    fn a_csv_table_quotes_commas_quotes_and_line_breaks() {
        let csv = table(&[&["a,b", "say \"hi\""], &["two\nlines", "plain"]]).to_csv();
        assert_eq!(csv, "\u{feff}Path,Owner\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",plain\r\n");
    }

    #[test]
    fn csv_cells_never_start_a_formula() {
        let csv = table(&[&["=1+1", "@x"], &["=cmd(\"a\")", "-1"]]).to_csv();
        assert_eq!(csv, "\u{feff}Path,Owner\r\n'=1+1,'@x\r\n\"'=cmd(\"\"a\"\")\",'-1\r\n");
    }

    #[test]
    fn reports_contain_no_bidirectional_control_characters() {
        let hostile = "gpj\u{202e}.exe\u{2066}\u{200f}\u{1b}[2J\u{9b}31m\u{7}\r=1+1\tx";
        let html = page(hostile).to_html();
        let csv = table(&[&[hostile, "\u{202e}=1+1"]]).to_csv();
        for report in [html, csv.replace("\r\n", "\n").replacen('\u{feff}', "", 1)] {
            let left: Vec<char> = report.chars().filter(|c| *c != '\n' && text::is_unsafe(*c)).collect();
            assert!(left.is_empty(), "{left:?}");
            assert!(report.contains("gpj\u{fffd}.exe"), "what can be seen stays: {report}");
        }
    }

    #[tokio::test]
    async fn saving_a_report_again_replaces_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.html");
        for cell in ["b", "c"] {
            save_page(page(cell), path.clone()).await.expect("saved");
            assert_eq!(std::fs::read_to_string(&path).expect("readable"), page(cell).to_html());
        }
        save_table(table(&[&["a"]]), path.clone()).await.expect("saved");
        assert_eq!(std::fs::read_to_string(&path).expect("readable"), table(&[&["a"]]).to_csv());
        let error = save_page(page("d"), folder.path().to_owned()).await.expect_err("a folder stays");
        assert_eq!(error.code(), Code::FileExists);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_replaced_report_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.html");
        std::fs::write(&path, "old").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("open to all");
        save_page(page("b"), path.clone()).await.expect("saved");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }
}
