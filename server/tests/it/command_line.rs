//! The command line, as an operator types it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

pub(crate) fn changke(data: &Path, words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_changke"))
        .args(words)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("changke runs");
    // A command that refuses at once does not read it.
    child.stdin.take().expect("its input").write_all(input.as_bytes()).unwrap_or_default();
    child.wait_with_output().expect("it ends")
}

pub(crate) fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A data folder with an organisation, its people and a site to serve.
fn company() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("site")).expect("a folder");
    std::fs::write(folder.path().join("site/index.html"), "shell").expect("a page");
    let set_up = [
        "set-up",
        "--organisation",
        "常客貿易",
        "--language",
        "zh-Hant",
        "--name",
        "陳美玲",
        "--sign-in",
        "mei",
        "--password-stdin",
    ];
    done(&changke(folder.path(), &set_up, "a long password\n"));
    folder
}

/// A running server.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_changke"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--site")
            .arg(data.join("site"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("changke runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit_once("//").expect("an address").1.to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address).expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    }

    /// Ends it as a service manager does.
    fn terminate(mut self) -> bool {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        kill.success() && self.child.wait().expect("it ends").success()
    }
}

#[test]
fn people_are_added_and_listed() {
    let company = company();
    let data = company.path();
    done(&changke(data, &["department", "add", "--name", "北區", "--head", "mei"], ""));
    let add = [
        "user",
        "add",
        "--name",
        "林志明",
        "--sign-in",
        "lin",
        "--role",
        "sales_rep",
        "--role",
        "manager",
        "--department",
        "北區",
    ];
    assert!(done(&changke(data, &add, "")).contains("password: "), "one is made where none is given");
    assert!(refused(&changke(data, &add, "")).contains("sign_in: Taken"));
    let unknown = ["user", "add", "--name", "x", "--sign-in", "x", "--role", "king", "--password-stdin"];
    assert!(refused(&changke(data, &unknown, "a long password")).contains("king"));
    assert!(
        refused(&changke(data, &["user", "password", "--sign-in", "lin", "--password-stdin"], "short")).contains("8")
    );
    done(&changke(data, &["user", "password", "--sign-in", "lin", "--password-stdin"], "another password"));
    let list = done(&changke(data, &["user", "list"], ""));
    assert_eq!(list, "lin\t林志明\t[\"manager\",\"sales_rep\"]\nmei\t陳美玲\t[\"administrator\"]\n");
    assert!(
        refused(&changke(
            data,
            &["set-up", "--organisation", "x", "--language", "en", "--name", "x", "--sign-in", "x"],
            ""
        ))
        .contains("set up already")
    );
}

#[test]
fn it_serves_and_ends_when_told() {
    let company = company();
    let serving = Serving::start(company.path());
    assert!(serving.get("/").ends_with("shell"));
    assert!(serving.get("/api/v1/status").contains("\"set_up\":true"));
    assert!(serving.get("/api/v1/session").starts_with("HTTP/1.1 401"));
    let second = changke(company.path(), &["serve", "--listen", "127.0.0.1:0", "--site", "site"], "");
    assert!(refused(&second).contains("a server runs"));
    assert!(serving.terminate(), "it says goodbye");
}

#[test]
fn beyond_loopback_it_wants_tls_before_it() {
    let company = company();
    let open = changke(company.path(), &["serve", "--listen", "0.0.0.0:0", "--site", "site"], "");
    assert!(refused(&open).contains("--behind-proxy"));
}

#[test]
fn a_backup_comes_back_as_another_history() {
    let company = company();
    let data = company.path();
    let file = data.join("copy.sqlite").display().to_string();
    let serving = Serving::start(data);
    // Not which revision: what the server keeps in order at its start makes some of its own.
    assert!(done(&changke(data, &["backup", &file], "")).contains("everything up to revision"), "while it runs");
    assert!(refused(&changke(data, &["backup", &file], "")).contains("exists already"));
    assert!(refused(&changke(data, &["restore", &file, "--force"], "")).contains("a server runs"));
    assert!(serving.terminate());

    let add = ["user", "add", "--name", "林志明", "--sign-in", "lin", "--role", "sales_rep"];
    done(&changke(data, &add, ""));
    assert!(refused(&changke(data, &["restore", &file], "")).contains("--force"));
    let damaged = data.join("damaged");
    std::fs::write(&damaged, "no database").expect("written");
    assert!(
        refused(&changke(data, &["restore", &damaged.display().to_string(), "--force"], "")).contains("cannot be used")
    );
    assert!(done(&changke(data, &["user", "list"], "")).contains("lin"), "nothing was touched");

    let before = incarnation(data);
    assert!(done(&changke(data, &["restore", &file, "--force"], "")).contains("is kept in"));
    assert!(!done(&changke(data, &["user", "list"], "")).contains("lin"), "it is what was copied");
    assert_ne!(incarnation(data), before);
    let kept = std::fs::read_dir(data).expect("a folder").flatten().map(|entry| entry.file_name());
    assert!(kept.into_iter().any(|name| name.to_string_lossy().starts_with("changke.sqlite.before-")));
}

fn incarnation(data: &Path) -> uuid::Uuid {
    use sync::server::{ReadTx as _, ServerStore as _};
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = server::store::Store::open_sqlite(&data.join("changke.sqlite")).await.expect("it opens");
        let incarnation = store.read().await.expect("a snapshot").head().await.expect("a head").incarnation;
        store.close().await;
        incarnation
    })
}
