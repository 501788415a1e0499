//! microburst: a proxy that answers with the faults of AWS, in front of moto.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::Value;

use super::child::Helper;
use super::{poll, tools, wait};

pub struct Microburst {
    pub endpoint: String,
    _process: Helper,
}

impl Microburst {
    pub fn start(upstream: &str) -> Self {
        Self::start_at(free_port(), upstream)
    }

    pub fn start_at(port: u16, upstream: &str) -> Self {
        let program = tools::tool("moto/bin/microburst");
        let port_text = port.to_string();
        let process =
            Helper::start(&[&program, "--upstream", upstream, "--host", "127.0.0.1", "--port", &port_text], &[]);
        let proxy = Self { endpoint: format!("http://127.0.0.1:{port}"), _process: process };
        poll(Duration::from_secs(30), || wait(reqwest::get(proxy.control("health"))).ok()).expect("microburst answers");
        proxy
    }

    /// Replaces every rule.
    pub fn rules(&self, rules: &Value) {
        let sent = wait(reqwest::Client::new().post(self.control("rules")).json(rules).send());
        let answer = sent.expect("microburst takes rules");
        assert!(answer.status().is_success(), "microburst refused {rules}: {}", answer.status());
        let cleared = wait(reqwest::Client::new().delete(self.control("fired")).send());
        cleared.expect("microburst forgets what it fired");
    }

    /// How many faults the present rules have caused.
    pub fn fired(&self) -> usize {
        let answer = wait(async { reqwest::get(self.control("fired")).await?.json::<Value>().await });
        answer.expect("microburst tells what fired").as_array().map_or(0, Vec::len)
    }

    fn control(&self, path: &str) -> String {
        format!("{}/_microburst/{path}", self.endpoint)
    }
}

/// A port that was free a moment ago, for programs that cannot choose one themselves.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound port").port()
}
