//! TLS without a proxy, as a browser meets it that trusts the company's authority, and as one that does not.

use std::{
    io::{self, BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, Stream,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tempfile::TempDir;

/// A server that ends TLS itself, and what it prints.
struct Serving {
    child: Child,
    /// The port of the application, and that of the page about the certificate.
    ports: Vec<u16>,
    /// Kept open: what is printed further on has to go somewhere.
    _printed: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    /// Starts it and reads so many lines that name a port.
    fn start(data: &Path, options: &[&str], lines: usize) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_changke"))
            .args(["serve", "--listen", "127.0.0.1:0", "--site"])
            .arg(data.join("site"))
            .arg("--data")
            .arg(data)
            .args(options)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("changke runs");
        let mut printed = BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = |line: String| -> Option<u16> {
            let address = line.split_whitespace().find(|word| word.contains("://"))?;
            address.rsplit_once(':')?.1.parse().ok()
        };
        let ports = printed.by_ref().take(lines).filter_map(|line| port(line.expect("a line"))).collect();
        Self { child, ports, _printed: printed }
    }

    /// Asks for a page, with the authorities that are trusted.
    fn get(&self, trusted: &str, path: &str) -> io::Result<String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(trusted.as_bytes()) {
            roots.add(certificate.expect("a certificate")).expect("an authority");
        }
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let mut client = ClientConnection::new(Arc::new(config), name).expect("a client");
        let mut connection = TcpStream::connect(("127.0.0.1", self.ports[0]))?;
        let mut stream = Stream::new(&mut client, &mut connection);
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Asks for a page about the certificate.
    fn help(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.ports[1])).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

/// A data folder with a site to serve.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("site")).expect("a folder");
    std::fs::write(folder.path().join("site/index.html"), "shell").expect("a page");
    folder
}

const LOCAL: [&str; 5] = ["--tls-local", "--tls-name", "localhost", "--help-listen", "127.0.0.1:0"];

#[test]
fn a_device_that_trusts_the_authority_is_served() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &LOCAL, 2);
    let help = serving.help("/changke.crt");
    let (_, certificate) = help.split_once("\r\n\r\n").expect("a certificate");
    assert!(serving.get(certificate, "/").expect("an answer").ends_with("shell"));
    assert!(serving.get(certificate, "/api/v1/status").expect("an answer").contains("\"set_up\":false"));

    let page = serving.help("/");
    let address = format!("https://localhost:{}", serving.ports[0]);
    assert!(page.contains(&format!("href=\"{address}\"")), "the page leads to the application");
    assert!(!page.contains("{{"), "every place is filled");
    assert!(serving.help("/address.svg").contains("<svg"));

    drop(serving);
    let again = Serving::start(folder.path(), &LOCAL, 2);
    assert!(again.get(certificate, "/").expect("an answer").ends_with("shell"), "nobody installs it twice");
}

#[test]
fn a_device_that_trusts_another_authority_is_not_served() {
    let (ours, theirs) = (folder(), folder());
    let serving = Serving::start(ours.path(), &LOCAL, 2);
    let other = server::Authority::open(&theirs.path().join("tls")).expect("an authority");
    let refused = serving.get(other.certificate(), "/").expect_err("it does not trust this server");
    assert!(refused.to_string().contains("certificate"), "{refused}");
}

#[test]
fn a_certificate_of_somebody_else_is_shown() {
    let folder = folder();
    let authority = server::Authority::open(&folder.path().join("elsewhere")).expect("an authority");
    let identity = authority.sign(&["localhost".to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.path().join("server.crt"), folder.path().join("server.key"));
    std::fs::write(&certificate, identity.certificate).expect("written");
    std::fs::write(&key, identity.key).expect("written");
    let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
    let serving = Serving::start(folder.path(), &["--tls-cert", &certificate, "--tls-key", &key], 1);
    assert!(serving.get(authority.certificate(), "/").expect("an answer").ends_with("shell"));
}

#[test]
fn a_public_name_is_for_a_public_authority() {
    let folder = folder();
    let output = Command::new(env!("CARGO_BIN_EXE_changke"))
        .args(["serve", "--listen", "127.0.0.1:0", "--tls-local", "--tls-name", "crm.example.com", "--data"])
        .arg(folder.path())
        .output()
        .expect("changke runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("crm.example.com") && said.contains("--tls-cert"), "{said}");
}
