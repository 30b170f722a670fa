//! What holds for every command that the window can call, read from their source.

use std::path::Path;

/// The signature of every command: "async fn name(parameters".
fn signatures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).expect("the commands are there") {
        let source = std::fs::read_to_string(file.expect("an entry").path()).expect("it is text");
        let commands = source.split("#[tauri::command]").skip(1);
        found.extend(commands.map(|command| {
            let begin = command.find("pub ").expect("commands are public") + "pub ".len();
            let end = command[begin..].find(") ").expect("it has a body") + begin;
            command[begin..end].split_whitespace().collect::<Vec<_>>().join(" ")
        }));
    }
    assert!(found.len() > 70, "every command is found: {}", found.len());
    found
}

fn name(signature: &str) -> &str {
    let after = signature.split("fn ").nth(1).expect("a function");
    after.split('(').next().expect("it has parameters")
}

/// Synchronous commands run on the main thread, outside of any runtime: spawning there ends
/// the app, and waiting there freezes the window. These only set or read something in memory,
/// and their order matters.
#[test]
fn only_commands_that_touch_memory_alone_are_synchronous() {
    let mut synchronous: Vec<_> = signatures()
        .iter()
        .filter(|one| !one.starts_with("async "))
        .map(|one| name(one).to_owned())
        .collect();
    synchronous.sort();
    let allowed = [
        "close_opened_settings",
        "hold_window",
        "lock_now",
        "make_secret",
        "review_settings",
        "set_lock_after",
        "stop_call",
        "stop_reading",
    ];
    assert_eq!(synchronous, allowed);
}

/// Paths as plain text are paths on a target, or name what is stopped.
#[test]
fn commands_take_files_of_this_computer_only_as_granted_ones() {
    let on_a_target = ["list_backups", "list_directly"];
    let other = ["stop_reading"];
    for signature in signatures() {
        let named = ["path", "to", "folder", "file", "before", "after", "zip"];
        for parameter in named {
            let plain = [format!(" {parameter}: String"), format!(" {parameter}: Option<String>")];
            let is_plain = plain.iter().any(|plain| signature.replace('(', " ").contains(plain.as_str()));
            let known = on_a_target.contains(&name(&signature)) || other.contains(&name(&signature));
            assert!(!is_plain || (parameter == "path" && known), "{signature}");
        }
        assert!(!signature.contains("PathBuf"), "{signature}");
    }
}

/// The types that a job request is made of, as the window sees them: name and definition.
fn request_types() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/backend/bindings.ts");
    let bindings = std::fs::read_to_string(file).expect("the bindings are committed");
    let all: Vec<(String, String)> = bindings
        .split("\nexport type ")
        .skip(1)
        .filter_map(|one| one.split_once(" = "))
        .map(|(name, definition)| (name.to_owned(), definition.to_owned()))
        .collect();
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let (mut names, mut found) = (vec!["JobRequest".to_owned()], Vec::new());
    while let Some(name) = names.pop() {
        let Some((_, definition)) = all.iter().find(|(known, _)| *known == name) else { continue };
        if found.iter().any(|(known, _)| *known == name) {
            continue;
        }
        names.extend(definition.split(|letter| !is_word(letter)).map(str::to_owned));
        found.push((name, definition.clone()));
    }
    found
}

/// The parameters of jobs do not stand in a signature.
#[test]
fn job_requests_name_files_of_this_computer_only_as_granted_ones() {
    let types = request_types();
    for name in ["DownloadTo", "ExportOf", "SourceChoice", "RestoreSource"] {
        assert!(types.iter().any(|(known, _)| known == name), "{name} is a part of a request");
    }
    for (name, definition) in &types {
        for field in ["to", "folder", "file", "zip", "target", "saveTo"] {
            assert!(!definition.contains(&format!("\t{field}: string")), "{name} has {field} as plain text");
        }
    }
}

/// A page must not open dialogs or addresses automatically: the shell would not know what was chosen.
#[test]
fn the_page_can_open_neither_dialogs_nor_addresses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities/main.json");
    let capabilities = std::fs::read_to_string(file).expect("it is there");
    for permission in ["dialog:", "opener:", "fs:", "shell:", "https://*"] {
        assert!(!capabilities.contains(permission), "{permission}");
    }
}
