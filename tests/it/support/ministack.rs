//! ministack: another emulated AWS that nobody here wrote.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::child::Helper;
use super::microburst::free_port;
use super::{tools, wait};

pub struct Ministack {
    pub endpoint: String,
    _folder: TempDir,
    _process: Helper,
}

impl Ministack {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Every request is authorised by IAM; the key `test` is the account's root.
    pub fn start_strict() -> Self {
        Self::start_with(&[("AUTH", "true")])
    }

    fn start_with(more: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = free_port().to_string();
        let path = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        let (temporary, state) = (path(folder.path()), path(&folder.path().join("state")));
        // It would listen on every address, and on a port for devices too; it would leave a file
        // with its process id and its keys under /tmp.
        let mut environment = vec![
            ("BIND_HOST", "127.0.0.1"),
            ("GATEWAY_PORT", &port),
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
            ("TMPDIR", &temporary),
            ("STATE_DIR", &state),
            ("PYTHONUNBUFFERED", "1"),
        ];
        environment.extend(more);
        let process = Helper::start(&[&tools::tool("ministack/bin/ministack")], &environment);
        let address = process.line(Duration::from_secs(60), |line| {
            line.split_once("Running on ").map(|(_, rest)| rest.split_whitespace().next().unwrap_or(rest).to_owned())
        });
        let endpoint = address.expect("ministack says where it runs");
        Self { endpoint, _folder: folder, _process: process }
    }

    /// Makes a user that may do what the policy says; its access key id and secret.
    pub fn user(&self, name: &str, policy: &str) -> (String, String) {
        self.iam("CreateUser", &[("UserName", name)]);
        self.allow(name, policy);
        let answer = self.iam("CreateAccessKey", &[("UserName", name)]);
        let value = |tag: &str| {
            let (_, rest) = answer.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag} in {answer}"));
            rest.split('<').next().expect("a split has a first part").to_owned()
        };
        (value("AccessKeyId"), value("SecretAccessKey"))
    }

    /// Replaces what the user may do.
    pub fn allow(&self, name: &str, policy: &str) {
        let fields = [("UserName", name), ("PolicyName", "mfascope"), ("PolicyDocument", policy)];
        self.iam("PutUserPolicy", &fields);
    }

    /// IAM speaks the query protocol. Root's signature is not checked.
    fn iam(&self, action: &str, fields: &[(&str, &str)]) -> String {
        let scope = "Credential=test/20260101/us-east-1/iam/aws4_request";
        let request = reqwest::Client::new()
            .post(&self.endpoint)
            .query(&[("Action", action), ("Version", "2010-05-08")])
            .query(fields)
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"));
        let answer = wait(async { request.send().await?.error_for_status()?.text().await });
        answer.unwrap_or_else(|error| panic!("{action}: {error}"))
    }
}
