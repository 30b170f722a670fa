//! What needs neither account nor network.

use serde_json::json;

use crate::support::{archive_in, fixture, folder, nwdesk, read};

mod inspecting {
    use super::*;

    #[test]
    fn a_good_archive_ends_with_0_and_everything_about_it() {
        let folder = folder();
        let file = archive_in(folder.path(), "local-export-complete.zip");
        let report = nwdesk(["inspect", "--json"]).arg(&file).run().ended(0).json();
        assert_eq!(report["kind"], "complete");
        assert_eq!(report["nameHash"], "match");
        assert_eq!(report["intact"], true);
        assert_eq!(report["damage"], json!([]));
        assert_eq!(report["server"]["import"]["accepts"], true);
        assert_eq!(report["tables"]["users"], 2);
        assert_eq!(report["file"]["sha256"].as_str().map(str::len), Some(64));
        assert_eq!(report["manifest"]["formatVersion"], 1);
    }

    #[test]
    fn a_backup_whose_bodies_are_elsewhere_is_judged_as_restored_from_its_target() {
        let folder = folder();
        let file = archive_in(folder.path(), "remote-backup.zip");
        let report = nwdesk(["inspect", "--json"]).arg(&file).run().ended(0).json();
        assert_eq!(report["kind"], "index-only");
        assert_eq!(report["server"]["remoteRestore"]["accepts"], true);
    }

    #[test]
    fn a_name_that_the_content_does_not_match_ends_with_3() {
        let folder = folder();
        let wrong = folder.path().join("nodewarden_backup_20261122_191500_00000.zip");
        std::fs::copy(fixture("archives/local-export-complete.zip"), &wrong).expect("copied");
        let report = nwdesk(["inspect", "--json"]).arg(&wrong).run().ended(3).json();
        assert_eq!(report["nameHash"], "mismatch");
    }

    #[test]
    fn what_is_no_zip_and_what_is_not_there_end_with_1() {
        let folder = folder();
        let text = folder.path().join("notes.zip");
        std::fs::write(&text, "not a ZIP").expect("written");
        nwdesk(["inspect", "--json"]).arg(&text).run().ended(1);
        let gone = nwdesk(["inspect", "--json"]).arg(folder.path().join("gone.zip")).run().ended(1);
        assert_eq!(gone.error(), "file-not-found");
    }

    #[test]
    fn a_folder_is_a_table_and_ends_as_its_worst_file() {
        let folder = folder();
        archive_in(folder.path(), "local-export-complete.zip");
        archive_in(folder.path(), "remote-backup.zip");
        let table = nwdesk(["inspect"]).arg(folder.path()).run().ended(0).stdout;
        assert_eq!(table.lines().count(), 3, "a head and a line each: {table}");
        assert!(table.lines().skip(1).all(|line| line.contains("good") && line.contains("2026-")), "{table}");

        std::fs::write(folder.path().join("broken.zip"), "PK").expect("written");
        let reports = nwdesk(["inspect", "--json"]).arg(folder.path()).run().ended(1).json();
        assert_eq!(reports.as_array().map(Vec::len), Some(3));
    }
}

mod usage {
    use super::*;

    #[test]
    fn wrong_usage_ends_with_2() {
        for arguments in [
            &["nonsense"][..],
            &[],
            &["backup"],
            &["backup", "--server", "https://vault.example.org"],
            &["backup", "--server", "https://vault.example.org", "--email", "a@b", "--profile", "home"],
            &["restore", "--server", "https://vault.example.org", "--email", "a@b"],
            &["inspect", "x.zip", "--storage", "tape"],
            &["secret-check"],
        ] {
            nwdesk(arguments).run().ended(2);
        }
    }

    #[test]
    fn a_missing_password_ends_with_2_and_says_how_to_give_it() {
        let ran =
            nwdesk(["backup", "--json", "--server", "https://vault.example.org", "--email", "a@b"]).run();
        assert_eq!(ran.ended(2).error(), "password-needed");
    }

    #[test]
    fn plain_http_to_another_computer_is_refused_before_a_password_is_read() {
        let ran = nwdesk(["list", "--json", "--server", "http://vault.example.org", "--email", "a@b"]).run();
        assert_eq!(ran.ended(2).error(), "address-insecure");
    }
}

mod secret_check {
    use super::*;

    const RIGHT: &str = "fixture-jwt-secret-A-0123456789abcdef";
    const WRONG: &str = "fixture-jwt-secret-K-0123456789abcdef";

    fn token_file(folder: &std::path::Path) -> std::path::PathBuf {
        let accounts: serde_json::Value =
            serde_json::from_str(&read(&fixture("accounts.json"))).expect("a recording");
        let file = folder.join("token");
        std::fs::write(&file, accounts["jwt"]["access_token"].as_str().expect("a token")).expect("written");
        file
    }

    fn verdicts(answer: &serde_json::Value) -> Vec<(u64, &str)> {
        let lines = answer.as_array().expect("a list").iter();
        lines
            .map(|line| (line["line"].as_u64().expect("a number"), line["verdict"].as_str().expect("a word")))
            .collect()
    }

    #[test]
    fn each_candidate_gets_its_verdict_and_is_never_repeated() {
        let folder = folder();
        let ran = nwdesk(["secret-check", "--json", "--token-file"])
            .arg(token_file(folder.path()))
            .stdin(format!("{WRONG}\n{RIGHT}\r\n\n{RIGHT} \n"))
            .run()
            .ended(0);
        assert_eq!(verdicts(&ran.json()), [(1, "wrong"), (2, "right"), (3, "wrong"), (4, "wrong")]);
        for candidate in [WRONG, RIGHT] {
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(candidate));
        }
    }

    #[test]
    fn stored_settings_tell_as_well_as_a_token() {
        let ran = nwdesk(["secret-check", "--json", "--envelope-file"])
            .arg(fixture("runtime-envelope.json"))
            .stdin(format!("{RIGHT}\n{WRONG}"))
            .run()
            .ended(0);
        assert_eq!(verdicts(&ran.json()), [(1, "right"), (2, "wrong")]);
    }

    #[test]
    fn what_stands_between_a_line_and_the_right_secret_is_said_without_the_secret() {
        let folder = folder();
        let ran = nwdesk(["secret-check", "--json", "--token-file"])
            .arg(token_file(folder.path()))
            .stdin(format!("{RIGHT} \n\"{RIGHT}\"\nJWT_SECRET={RIGHT}\n"))
            .stdin(b"\xff\xfe not text\n")
            .run()
            .ended(1);
        let answer = ran.json();
        let words = [(1, "wrong"), (2, "wrong"), (3, "wrong"), (4, "unknown")];
        assert_eq!(verdicts(&answer), words);
        for (line, word) in ["blanks", "quotes", "name", "UTF-8"].iter().enumerate() {
            assert!(answer[line]["reason"].as_str().is_some_and(|reason| reason.contains(word)), "{answer}");
        }
        assert!(!ran.stdout.contains(RIGHT));
    }

    #[test]
    fn without_a_right_one_it_ends_with_1() {
        let folder = folder();
        let file = token_file(folder.path());
        nwdesk(["secret-check", "--token-file"]).arg(&file).stdin(WRONG).run().ended(1);
        std::fs::write(&file, "no token").expect("written");
        let ran = nwdesk(["secret-check", "--json", "--token-file"]).arg(&file).stdin(RIGHT).run().ended(1);
        assert_eq!(verdicts(&ran.json()), [(1, "unknown")]);
    }
}

mod settings_from {
    use super::*;

    fn settings(account: &str, password: &str, more: &[&str]) -> crate::support::Run {
        nwdesk(["settings-from", "--json", "--password-stdin", "--account", account])
            .arg(fixture("archives/remote-backup.zip"))
            .args(more)
            .stdin(password)
    }

    #[test]
    fn an_administrator_sees_the_targets_and_the_secrets_only_when_asked_for() {
        let password = "correct horse battery staple\n";
        let shown = settings("admin@example.org", password, &[]).run().ended(0).json();
        let target = &shown["destinations"][0];
        assert_eq!(target["destination"]["baseUrl"], "http://dav.backup.test:8901");
        assert_eq!(target["destination"]["password"], "********");
        let revealed = settings("admin@example.org", password, &["--reveal"]).run().ended(0).json();
        assert_eq!(revealed["destinations"][0]["destination"]["password"], "davpass");
    }

    #[test]
    fn the_password_may_come_from_the_environment() {
        nwdesk(["settings-from", "--account", "admin@example.org"])
            .arg(fixture("archives/remote-backup.zip"))
            .env("NWDESK_PASSWORD", "correct horse battery staple")
            .run()
            .ended(0);
    }

    #[test]
    fn a_wrong_password_ends_with_1_and_a_missing_wrap_with_6() {
        let wrong = settings("admin@example.org", "not it\n", &[]).run().ended(1);
        assert_eq!(wrong.error(), "wrong-password");
        let member = settings("member@example.org", "argon member pässword 密码\n", &[]).run().ended(6);
        assert_eq!(member.error(), "no-wrap-for-account");
        let nobody = settings("nobody@example.org", "x\n", &[]).run().ended(1);
        assert_eq!(nobody.error(), "account-not-found");
    }
}

mod comparing {
    use super::*;

    #[test]
    fn two_backups_are_compared_without_showing_a_value() {
        let folder = folder();
        let before = archive_in(folder.path(), "remote-backup.zip");
        let after = archive_in(folder.path(), "local-export-complete.zip");
        let diff = nwdesk(["diff", "--json"]).arg(&before).arg(&after).run().ended(0).json();
        assert_eq!(diff["users"]["unchanged"].as_u64().map(|same| same > 0), Some(true), "{diff}");
        let text = nwdesk(["diff"]).arg(&before).arg(&after).run().ended(0).stdout;
        assert!(text.contains("vault items") && text.contains("attachments"), "{text}");

        std::fs::write(folder.path().join("notes.zip"), "no ZIP").expect("written");
        nwdesk(["diff", "--json"]).arg(&before).arg(folder.path().join("notes.zip")).run().ended(1);
    }

    #[test]
    fn a_copy_without_what_finder_added_is_taken_by_the_server() {
        let folder = folder();
        let packed = folder.path().join("finder.zip");
        std::fs::copy(fixture("corpus/macosx-extras.zip"), &packed).expect("copied");
        nwdesk(["inspect"]).arg(&packed).run().ended(4);
        let copy = folder.path().join("copy.zip");
        let cleaned = nwdesk(["clean", "--json"]).arg(&packed).arg(&copy).run().ended(0).json();
        assert!(
            cleaned["result"]["removed"].as_array().is_some_and(|left_out| !left_out.is_empty()),
            "{cleaned}"
        );
        nwdesk(["inspect"]).arg(&copy).run().ended(0);
        let again = nwdesk(["clean", "--json"]).arg(&packed).arg(&copy).run().ended(1);
        assert_eq!(again.error(), "file-exists");
    }
}
