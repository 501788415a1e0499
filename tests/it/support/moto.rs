//! moto: an emulated AWS that nobody here wrote.

use std::time::Duration;

use super::child::Helper;
use super::tools;

pub struct Moto {
    pub endpoint: String,
    _process: Helper,
}

impl Moto {
    pub fn start() -> Self {
        let server = tools::tool("moto/bin/moto_server");
        let process = Helper::start(&[&server, "-H", "127.0.0.1", "-p", "0"], &[("PYTHONUNBUFFERED", "1")]);
        let endpoint = process
            .line(Duration::from_secs(60), |line| {
                line.split_once("Running on ").map(|(_, address)| address.trim().to_owned())
            })
            .expect("moto says where it runs");
        Self { endpoint, _process: process }
    }
}
