//! The daemon as its users meet it: a process, a config file, a port and its standard error.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::exposition::{Samples, Series, parse};
pub use super::settings::Settings;
use super::{poll, poll_every, users, wait};
use crate::truth::{Row, differences, user_differences};
use crate::world::SOURCE;

/// The longest that anything healthy may take on a busy machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// A folder with a config file, in which daemons come and go.
pub struct TestApp {
    pub folder: TempDir,
    process: Option<Child>,
    address: String,
    stderr: Arc<Mutex<Vec<String>>>,
    /// Access key id and secret.
    keys: (String, String),
}

/// A daemon that has ended by itself.
pub struct Ended {
    pub code: Option<i32>,
    pub stderr: Vec<String>,
}

impl Ended {
    /// What is not an ordinary log line: plain text, or an error in the log.
    pub fn complaints(&self) -> Vec<&str> {
        let is_ordinary = |line: &&str| line.contains("level=") && !line.contains("level=error");
        self.stderr.iter().map(String::as_str).filter(|line| !is_ordinary(line)).collect()
    }
}

impl TestApp {
    /// Starts a daemon and waits until it listens.
    pub fn start(settings: &Settings) -> Self {
        let mut app = Self::prepare(settings);
        app.restart();
        app
    }

    /// Only the folder and its config file.
    pub fn prepare(settings: &Settings) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let keys = settings.keys.clone();
        let app = Self { folder, process: None, address: String::new(), stderr: Arc::default(), keys };
        app.write_config(&settings.text(app.folder.path()));
        app
    }

    pub fn config_path(&self) -> PathBuf {
        self.folder.path().join("mfascope.toml")
    }

    pub fn config(&self) -> String {
        std::fs::read_to_string(self.config_path()).expect("the config is readable")
    }

    pub fn write_config(&self, text: &str) {
        std::fs::write(self.config_path(), text).expect("the config is written");
    }

    /// Starts a daemon on the same folder.
    pub fn restart(&mut self) {
        self.spawn();
        let listening = poll(PATIENCE, || {
            let lines = self.stderr.lock().expect("no reader panicked");
            let line = lines.iter().rev().find(|line| line.contains("listening") && line.contains("address="));
            let address = line.and_then(|line| line.split("address=").nth(1));
            address.map(|rest| rest.split_whitespace().next().unwrap_or(rest).trim_matches('"').to_owned())
        });
        self.address = listening.unwrap_or_else(|| panic!("the daemon does not listen:\n{}", self.log()));
    }

    /// Starts a daemon without waiting for anything.
    pub fn spawn(&mut self) {
        self.stderr = Arc::default();
        let mut command = self.command(&["serve", "--web.listen-address", "127.0.0.1:0", "--log.format", "logfmt"]);
        let mut process = command.spawn().expect("the daemon starts");
        let output = process.stderr.take().expect("stderr is piped");
        let lines = Arc::clone(&self.stderr);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                lines.lock().expect("no reader panicked").push(line);
            }
        });
        self.process = Some(process);
    }

    /// Runs the daemon with more arguments until it ends by itself.
    pub fn run_to_end(&self, more: &[&str]) -> Ended {
        let mut arguments = vec!["serve", "--log.format", "logfmt"];
        if !more.contains(&"--web.listen-address") {
            arguments.extend(["--web.listen-address", "127.0.0.1:0"]);
        }
        arguments.extend(more);
        let mut process = self.command(&arguments).spawn().expect("the daemon starts");
        let output = process.stderr.take().expect("stderr is piped");
        let reader = std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).collect());
        let status = poll(Duration::from_secs(30), || process.try_wait().expect("a child can be asked"));
        if status.is_none() {
            process.kill().expect("a child can be killed");
            process.wait().expect("a killed child ends");
        }
        let stderr: Vec<String> = reader.join().expect("no reader panicked");
        let status = status.unwrap_or_else(|| panic!("the daemon does not end:\n{}", stderr.join("\n")));
        Ended { code: status.code(), stderr }
    }

    /// What `mfascope check` prints, and its exit code.
    pub fn check(&self) -> (Option<i32>, String) {
        let output = self.command(&["check"]).stdout(Stdio::piped()).output().expect("the check runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    }

    /// The daemon dies with the thread that started it; no setting of this machine reaches it.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(env!("CARGO_BIN_EXE_mfascope")).args(arguments);
        command.arg("--config.file").arg(self.config_path());
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.folder.path());
        for name in ["LD_LIBRARY_PATH", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("AWS_ACCESS_KEY_ID", &self.keys.0).env("AWS_SECRET_ACCESS_KEY", &self.keys.1);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    pub fn kill9(&mut self) {
        let mut process = self.process.take().expect("a daemon runs");
        process.kill().expect("a child can be killed");
        process.wait().expect("a killed child ends");
    }

    /// Asks the daemon to stop; the exit code, and how long it took.
    pub fn sigterm(&mut self) -> (Option<i32>, Duration) {
        let mut process = self.process.take().expect("a daemon runs");
        let start = Instant::now();
        let sent = Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "the daemon was gone before the signal");
        let status = poll(Duration::from_secs(30), || process.try_wait().expect("a child can be asked"));
        if status.is_none() {
            process.kill().expect("a child can be killed");
            process.wait().expect("a killed child ends");
        }
        (status.and_then(|status| status.code()), start.elapsed())
    }

    pub fn is_running(&mut self) -> bool {
        let process = self.process.as_mut().expect("a daemon was started");
        process.try_wait().expect("a child can be asked").is_none()
    }

    /// Everything on standard error since the last start.
    pub fn log(&self) -> String {
        self.stderr.lock().expect("no reader panicked").join("\n")
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Option<reqwest::Response> {
        wait(reqwest::get(self.url(path))).ok()
    }

    pub fn metrics_text(&self) -> Option<String> {
        let answer = self.get("/metrics")?;
        wait(answer.error_for_status().ok()?.text()).ok()
    }

    /// Nothing where the daemon does not answer.
    pub fn metrics(&self) -> Option<Samples> {
        self.metrics_text().map(|text| parse(&text))
    }

    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.metrics()?.get(&Series::new(name, labels)).copied()
    }

    pub fn source_up(&self, stream: &str) -> Option<f64> {
        self.source_up_of(SOURCE, stream)
    }

    pub fn source_up_of(&self, source: &str, stream: &str) -> Option<f64> {
        self.metric("mfascope_source_up", &[("source", source), ("stream", stream)])
    }

    #[track_caller]
    pub fn wait_until(&self, what: &str, condition: impl FnMut() -> bool) {
        let mut condition = condition;
        let met = poll(PATIENCE, || condition().then_some(()));
        assert!(met.is_some(), "never happened: {what}\n{}", self.log());
    }

    /// Waits until every figure is right.
    #[track_caller]
    pub fn reaches(&self, truth: &Samples) {
        self.reaches_where(truth, |_| true);
    }

    /// Waits until every figure that matters is right.
    #[track_caller]
    pub fn reaches_where(&self, truth: &Samples, matters: impl Fn(&Series) -> bool) {
        let mut left = vec!["/metrics never answered".to_owned()];
        let reached = poll(PATIENCE, || {
            let mut shown = self.metrics()?;
            shown.retain(|series, _| matters(series));
            left = differences(truth, &shown);
            left.is_empty().then_some(())
        });
        let log = self.log();
        assert!(reached.is_some(), "{} figures are wrong:\n{}\n\n{log}", left.len(), left.join("\n"));
    }

    /// Waits for more pulls and sees that they change nothing.
    #[track_caller]
    pub fn stays(&self, truth: &Samples) {
        for _ in 0..2 {
            self.waits_for_pull();
        }
        let wrong = differences(truth, &self.metrics().expect("the daemon answers"));
        assert!(wrong.is_empty(), "re-reading changed figures:\n{}", wrong.join("\n"));
    }

    /// Waits until every user of every pool is as the truth says.
    #[track_caller]
    pub fn reaches_users(&self, region: &str, rows: &[Row]) {
        let pools: BTreeSet<&str> = rows.iter().map(|row| row.pool_id.as_str()).collect();
        let mut left = vec!["the table never came".to_owned()];
        let reached = poll_every(Duration::from_millis(300), PATIENCE, || {
            for pool in &pools {
                let rows: Vec<&Row> = rows.iter().filter(|row| row.pool_id == *pool).collect();
                left = user_differences(&rows, &users::list(self, region, pool, "all", 1_000)?);
                if !left.is_empty() {
                    return None;
                }
            }
            Some(())
        });
        let (wrong, some) = (left.len(), left[..left.len().min(20)].join("\n"));
        assert!(reached.is_some(), "{wrong} users of a pool are wrong:\n{some}\n\n{}", self.log());
    }

    /// Waits until another pull of the trail has succeeded.
    #[track_caller]
    pub fn waits_for_pull(&self) {
        let last = || {
            let labels = [("source", SOURCE), ("stream", "cloudtrail")];
            self.metric("mfascope_source_last_success_timestamp_seconds", &labels).unwrap_or(0.0)
        };
        let before = last();
        self.wait_until("another pull of the trail", || last() > before);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
