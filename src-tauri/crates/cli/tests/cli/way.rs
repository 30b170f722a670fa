//! Servers that are reached through an authority, a proxy or a gateway of one's own.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use desk_tests::authority::{Certificate, authority, secured};
use secrecy::ExposeSecret as _;

use crate::support::{folder, nwdesk, practice};

#[test]
fn a_private_certificate_authority_is_trusted_with_its_file() {
    let practice = practice();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = runtime.block_on(secured(practice.server_url(), Certificate::Valid));
    let list = || {
        nwdesk(["list", "--json", "--server", &url, "--email", practice.admin_email(), "--password-stdin"])
            .stdin(practice.admin_password().expose_secret())
    };
    assert_eq!(list().run().ended(1).error(), "tls-failed");
    list().arg("--ca-file").arg(authority()).run().ended(0);
}

#[test]
fn headers_and_proxy_login_come_from_files_and_http_needs_consent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("asked");
        let mut head = Vec::new();
        let mut piece = [0; 4096];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut piece).expect("a request");
            head.extend_from_slice(&piece[..read]);
        }
        let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("answered");
        String::from_utf8(head).expect("text").to_lowercase()
    });
    let folder = folder();
    let (headers, login) = (folder.path().join("headers"), folder.path().join("login"));
    std::fs::write(&headers, "X-Gate: gate-secret\n").expect("written");
    std::fs::write(&login, "me:proxy-secret\n").expect("written");
    let server = ["list", "--json", "--server", "http://vault.practice.test", "--email", "admin@example.org"];
    let list = || nwdesk(server).arg("--password-stdin").stdin("right");
    assert_eq!(list().run().ended(2).error(), "address-insecure", "there was no consent");
    let ran = list()
        .args(["--accept-http", "--proxy", &proxy])
        .arg("--proxy-login-file")
        .arg(&login)
        .arg("--header-file")
        .arg(&headers)
        .run()
        .ended(1);
    let asked = asked.join().expect("asked");
    assert!(asked.starts_with("get http://vault.practice.test/"), "{asked}");
    assert!(asked.contains("x-gate: gate-secret") && asked.contains("proxy-authorization: basic"), "{asked}");
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!told.contains("gate-secret") && !told.contains("proxy-secret"), "{told}");
}
