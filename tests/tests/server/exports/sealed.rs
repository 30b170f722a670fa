//! Exports that are encrypted.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_export_leaves_no_plain_bytes_and_opens_again() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let passphrase = SecretString::from("correct horse battery");
    let mut work = ExportRequest::of_server(&folder);
    work.passphrase = Some("short".into());
    let refused = table.desk.desk.jobs().run(work.clone(), CancellationToken::new()).await;
    assert_eq!(refused.expect_err("too short").code(), Code::InvalidRequest);
    work.passphrase = Some(passphrase.clone());
    let export = exported(&table, work).await;
    assert!(export.importable && export.encrypted, "{export:?}");
    let file = PathBuf::from(export.file.expect("a file"));
    assert!(file.to_string_lossy().ends_with(".zip.age"));
    assert_eq!(names_in(&folder).len(), 1);
    assert_eq!(names_in(&table.desk.folder.path().join("exports")), Vec::<String>::new());
    let bytes = std::fs::read(&file).expect("readable");
    assert!(!bytes.windows(12).any(|piece| piece == b"manifest.jso"), "nothing of it can be read");
    let out = table.desk.folder.path().join("opened");
    let never = CancellationToken::new();
    let opened = jobs::decrypt(&file, &passphrase, &out, &never).expect("decrypted");
    let Outcome::Done(opened) = opened else { panic!("stopped") };
    let looked = inspected(opened);
    assert!(looked.intact && looked.name_hash == NameHash::Match);
    assert_eq!(looked.file.sha256, export.sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_export_never_resumes_without_a_passphrase() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let gone = stored(&table.practice).swap_remove(0);
    let kept = std::fs::read(&gone).expect("readable");
    std::fs::remove_file(&gone).expect("removed");
    let passphrase = Some(SecretString::from("correct horse battery"));
    let work = ExportRequest { passphrase: passphrase.clone(), ..ExportRequest::of_server(&folder) };
    let failed = exported(&table, work).await;
    std::fs::write(&gone, kept).expect("back again");
    let found = table.desk.desk.exports().unfinished_exports().await.expect("a list");
    assert!(found.len() == 1 && found[0].encrypted, "{found:?}");
    let resume = Resume::Part(failed.unfinished.expect("it can go on").into());
    let plain = ExportRequest { resume: resume.clone(), ..ExportRequest::of_server(&folder) };
    let job = run(&table, plain).await;
    assert_eq!(code(&job), Some(Code::InvalidRequest), "{job:?}");
    assert_eq!(names_in(&folder), Vec::<String>::new());
    let export =
        exported(&table, ExportRequest { resume, passphrase, ..ExportRequest::of_server(&folder) }).await;
    assert!(export.importable && export.encrypted, "{export:?}");
    assert!(names_in(&folder)[0].ends_with(".zip.age"));
}
