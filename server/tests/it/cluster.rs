//! A throw-away PostgreSQL cluster, in a locale whose order is not that of bytes, with fsync on.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// PostgreSQL refuses to run as root; this user may do nothing but own the folder.
const UNPRIVILEGED: &str = "nobody";

/// A running cluster; dropped, it stops and vanishes.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    databases: u32,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Panics
    /// PostgreSQL is not installed: these tests fail then, since they prove nothing without it.
    pub(crate) fn start() -> Self {
        let programs = programs().expect("PostgreSQL is not installed: apt-get install postgresql");
        let folder = tempfile::Builder::new().prefix("changke-pg").tempdir().expect("a folder for the cluster");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("permissions");
        if is_root(folder.path()) {
            let (user, group) = unprivileged();
            chown(folder.path(), Some(user), Some(group)).expect("the folder's owner");
        }
        let cluster = Self { folder, programs, databases: 0 };
        let data = cluster.data();
        cluster.run(
            "initdb",
            &[
                "--pgdata",
                &data,
                "--username",
                "changke",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                // Sorts unlike bytes do, as a company's own server would.
                "--locale-provider",
                "icu",
                "--icu-locale",
                "zh-Hant",
            ],
        );
        let socket = format!("-c listen_addresses='' -c unix_socket_directories='{}'", cluster.folder.path().display());
        let log = cluster.folder.path().join("log");
        cluster.run(
            "pg_ctl",
            &["start", "--wait", "--pgdata", &data, "--log", &log.display().to_string(), "--options", &socket],
        );
        cluster
    }

    /// Makes an empty database and returns its address.
    pub(crate) fn database(&mut self) -> String {
        self.databases += 1;
        let (name, socket) = (format!("test{}", self.databases), self.folder.path().display().to_string());
        self.run("createdb", &["--host", &socket, "--username", "changke", &name]);
        format!("postgres:///{name}?host={socket}&user=changke")
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.output(program, arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} failed: {text}");
    }

    fn output(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        let mut command = if is_root(&self.programs) && is_root(Path::new("/proc/self")) {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", UNPRIVILEGED, "--regid", "nogroup", "--clear-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The server outlives this command: it must not hold the pipes of ours.
        let errors = self.folder.path().join("errors");
        let file = fs::File::create(&errors).expect("a file for errors");
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(file)
            .status()
            .expect("PostgreSQL's programs run");
        Output { status, stdout: Vec::new(), stderr: fs::read(errors).unwrap_or_default() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        self.output("pg_ctl", &["stop", "--mode", "immediate", "--pgdata", &data]);
    }
}

/// The newest version that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    versions
        .filter(|bin| bin.join("initdb").exists())
        .max_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()))
}

fn is_root(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.uid() == 0)
}

/// The ids of the unprivileged user and its group.
fn unprivileged() -> (u32, u32) {
    let id = |flag: &str| {
        let output = Command::new("id").args([flag, UNPRIVILEGED]).output().expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
    };
    (id("-u"), id("-g"))
}
