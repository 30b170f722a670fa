//! The words that texts must not contain (`ui/src/language/wording.json`), looked for in the help,
//! in the texts of the command line and the core, and in the documents; and the length of test names.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use serde_json::{Map, Value};

use crate::cli::Cli;

const RULES: &str = include_str!("../../../../../ui/src/language/wording.json");

/// Phrases with what to say instead, and where each may stand anyway.
struct Rules {
    phrases: Vec<(String, String)>,
    exceptions: Map<String, Value>,
}

impl Rules {
    /// For documents, or for what is shown on a screen, which is stricter.
    fn of(on_screen: bool) -> Self {
        let rules: Value = serde_json::from_str(RULES).expect("the rules are JSON");
        let lists: &[&str] = if on_screen { &["everywhere", "screen"] } else { &["everywhere"] };
        let phrases = lists.iter().flat_map(|list| rules[list].as_object().expect("a list").clone());
        Self {
            phrases: phrases.map(|(not, say)| (not, say.as_str().unwrap_or_default().to_owned())).collect(),
            exceptions: rules["exceptions"].as_object().expect("exceptions").clone(),
        }
    }

    /// What a text breaks; `place` is where it stands.
    fn broken(&self, place: &str, text: &str) -> Vec<String> {
        let excepted = |phrase: &str| {
            let places = self.exceptions.get(phrase).and_then(Value::as_array);
            places.is_some_and(|all| all.iter().any(|one| place.ends_with(one.as_str().unwrap_or("?"))))
        };
        let text = text.to_lowercase();
        let found = self.phrases.iter().filter(|(phrase, _)| has_words(&text, phrase) && !excepted(phrase));
        found.map(|(phrase, say)| format!("{place}: not \"{phrase}\", but \"{say}\": {text}")).collect()
    }
}

/// Whether a lower-case text contains a phrase as whole words, outside placeholders.
fn has_words(text: &str, phrase: &str) -> bool {
    let is_part = |next: Option<char>| next.is_some_and(|one| one.is_alphanumeric() || "_{}".contains(one));
    text.match_indices(phrase).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + phrase.len()..].chars().next())
    })
}

/// Every file below a folder whose name ends so.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, ending, found),
            path if path.to_string_lossy().ends_with(ending) => found.push(path),
            _ => {}
        }
    }
}

/// The texts in quotation marks in a source file, without its tests and comments.
fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("#[") && !line.contains("tracing::")
    });
    let code = lines.collect::<Vec<_>>().join("\n").replace("\\\"", "'").replace("'\"'", "");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn help(command: &mut clap::Command, path: &str, found: &mut Vec<(String, String)>) {
    let path = format!("{path} {}", command.get_name());
    found.push((path.clone(), command.render_long_help().to_string()));
    for one in command.get_subcommands_mut() {
        help(one, &path, found);
    }
}

#[test]
fn the_help_contains_no_forbidden_word() {
    let mut texts = Vec::new();
    help(&mut Cli::command(), "", &mut texts);
    assert!(texts.len() > 40, "found {}", texts.len());
    let rules = Rules::of(true);
    let found: Vec<String> = texts
        .iter()
        .flat_map(|(place, text)| text.lines().flat_map(|line| rules.broken(place, line)).collect::<Vec<_>>())
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn string_literals_contain_no_forbidden_word() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["cli/src", "core/src/places", "core/src/server/settings"] {
        files(&crates.join(folder), ".rs", &mut sources);
    }
    assert!(sources.len() > 60, "found {}", sources.len());
    let rules = Rules::of(true);
    let mut found = Vec::new();
    for path in sources.iter().filter(|path| !path.ends_with("words/forbidden.rs")) {
        let source = std::fs::read_to_string(path).expect("text");
        // One word is a name; texts have several.
        for text in literals(&source).iter().filter(|text| text.contains(' ')) {
            found.extend(rules.broken(&path.to_string_lossy(), text));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn documents_contain_no_forbidden_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut documents: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "tests/README.md", "src-tauri/crates/practice/README.md"]
            .map(|name| root.join(name))
            .into();
    files(&root.join("docs"), ".md", &mut documents);
    assert!(documents.len() > 7, "found {}", documents.len());
    let rules = Rules::of(false);
    let mut found = Vec::new();
    for path in &documents {
        let text = std::fs::read_to_string(path).expect("text");
        for line in text.lines() {
            found.extend(rules.broken(&path.to_string_lossy(), line));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The names of the test functions in a source file.
fn test_names(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && let Some((_, name)) = line.split_once("fn ") {
            names.extend(name.split('(').next());
            is_test = false;
        }
    }
    names
}

#[test]
fn names_of_tests_have_fewer_than_70_characters() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut sources = Vec::new();
    for folder in ["src-tauri/src", "src-tauri/tests", "src-tauri/crates", "tests"] {
        files(&root.join(folder), ".rs", &mut sources);
    }
    let mut count = 0;
    let mut long = Vec::new();
    for path in &sources {
        let source = std::fs::read_to_string(path).expect("text");
        for name in test_names(&source) {
            count += 1;
            if name.len() >= 70 {
                long.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(count > 1_000, "found {count}");
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_rules_look_for_whole_words() {
    let rules = Rules::of(true);
    assert!(rules.broken("here", "recommended, mended_so").is_empty());
    assert_eq!(rules.broken("here", "It is Mended.").len(), 1);
    assert_eq!(rules.broken("here", "one attachment was left out").len(), 1);
    assert!(rules.broken("src/commands/clean.rs", "one attachment was left out").is_empty());
}
