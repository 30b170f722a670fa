//! A proxy that takes every host for this computer.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};

/// Starts a proxy that takes every host for this computer: the practice server knows its target
/// by a name that no other computer resolves. Runs until the process ends.
///
/// # Panics
/// When no port is to be had.
pub fn proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || pass_on(stream));
        }
    });
    format!("http://{address}")
}

fn pass_on(mut client: TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text");
    let (method, rest) = head.split_once(' ').expect("a request line");
    let (host, rest) = rest.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a URL");
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    let (line, headers) = rest.split_once("\r\n").expect("headers");
    let Ok(mut server) = TcpStream::connect(format!("127.0.0.1:{port}")) else { return };
    let sent = format!("{method} /{line}\r\nConnection: close\r\n{headers}");
    let _ = server.write_all(sent.as_bytes());
    let (mut from, mut to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
    });
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
}
