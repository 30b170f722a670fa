//! Proxies that are down, want a login or refuse, and servers that want https.

use desk_core::app::ConnectionForm;
use desk_core::secrets::SecretField;
use desk_core::{Code, Error};
use desk_tests::at_desk::{AtDesk, form};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Responds to every request with this, and hangs up.
async fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = Vec::new();
                while !asked.windows(4).any(|end| end == b"\r\n\r\n") && !asked.starts_with(&[5]) {
                    if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!("127.0.0.1:{port}")
}

/// An address where no one listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").to_string()
}

async fn refusal(server: &str, proxy: Option<&str>) -> Error {
    let through = ConnectionForm {
        proxy: proxy.map(str::to_owned),
        proxy_login: SecretField::new("me:hush-proxy"),
        http_accepted: true,
        ..ConnectionForm::default()
    };
    let desk = AtDesk::empty();
    let entered = form(server, "admin@example.org", "right".into());
    let error = desk.desk.sessions().sign_in_through(entered, &through).await.err().expect("refused");
    assert!(!error.body().hint.is_empty() && !format!("{error:?}").contains("hush-proxy"), "{error:?}");
    error
}

fn told(error: &Error) -> (Code, String) {
    (error.code(), error.kind())
}

const SECURE: &str = "https://vault.practice.test";
const PLAIN: &str = "http://vault.practice.test";

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_down_is_named() {
    let down = nobody().await;
    for (server, scheme) in [(SECURE, "http"), (PLAIN, "http"), (SECURE, "socks5h"), (PLAIN, "socks5h")] {
        let error = refusal(server, Some(&format!("{scheme}://{down}"))).await;
        assert_eq!(
            told(&error),
            (Code::HostUnreachable, "proxy-unreachable".to_owned()),
            "{server} {scheme}: {error:?}"
        );
        assert!(error.body().message.contains(&down), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_proxy_login_is_reported() {
    let wants = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let proxy = answering(wants).await;
    for server in [SECURE, PLAIN] {
        let error = refusal(server, Some(&format!("http://{proxy}"))).await;
        assert_eq!(
            told(&error),
            (Code::HostUnreachable, "proxy-needs-login".to_owned()),
            "{server}: {error:?}"
        );
    }
    // SOCKS: "no acceptable method".
    let socks = answering("\u{5}\u{7f}").await;
    let error = refusal(SECURE, Some(&format!("socks5h://{socks}"))).await;
    assert_eq!(error.code(), Code::HostUnreachable, "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_the_server_differs_from_one_that_is_down() {
    let refuses = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let proxy = answering(refuses).await;
    let error = refusal(SECURE, Some(&format!("http://{proxy}"))).await;
    assert_eq!(told(&error), (Code::HostUnreachable, "proxy-refused".to_owned()), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_host_without_a_proxy_is_reported_as_such() {
    let error = refusal(&format!("http://{}", nobody().await), None).await;
    assert_eq!(told(&error), (Code::HostUnreachable, "host-unreachable".to_owned()), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirection_to_https_asks_for_the_https_address() {
    let moved = "HTTP/1.1 301 Moved Permanently\r\nLocation: https://127.0.0.1/api/web-bootstrap\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = answering(moved).await;
    let error = refusal(&format!("http://{server}"), None).await;
    assert_eq!(told(&error), (Code::NotNodeWarden, "wants-https".to_owned()), "{error:?}");
}
