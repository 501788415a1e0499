//! A helper process that ends with the test process, however that one ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// The shell holds our end of a pipe: when it closes, by drop or by our death, the helper is killed.
const GUARD: &str = r#""$@" </dev/null & pid=$!; cat >/dev/null; kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null"#;

pub struct Helper {
    shell: Child,
    leash: Option<ChildStdin>,
    lines: Mutex<mpsc::Receiver<String>>,
}

impl Helper {
    pub fn start(command: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", &format!("{{ {GUARD}; }} 2>&1"), "helper"])
            .args(command)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let leash = shell.stdin.take();
        let output = shell.stdout.take().expect("stdout is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody listens any more once the start has been seen: keep draining.
                let _ = sender.send(line);
            }
        });
        Self { shell, leash, lines: Mutex::new(lines) }
    }

    /// The first line in which `find` sees something.
    pub fn line<T>(&self, limit: Duration, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let end = Instant::now() + limit;
        let lines = self.lines.lock().expect("no reader panicked");
        loop {
            let left = end.checked_duration_since(Instant::now())?;
            if let Some(found) = find(&lines.recv_timeout(left).ok()?) {
                return Some(found);
            }
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.shell.wait();
    }
}
