//! The gate of the pages is the door here, too.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::ServerConfig;

use super::{Door, Entry};
use crate::config::Role;
use crate::gate::{Answer, Gate};

impl Door for Gate {
    fn refresh(&self) {
        Self::refresh(self);
    }

    fn welcomes(&self, address: IpAddr) -> bool {
        Self::welcomes(self, address)
    }

    fn tls(&self) -> Option<Arc<ServerConfig>> {
        Self::tls(self)
    }

    fn has_users(&self) -> bool {
        Self::has_users(self)
    }

    async fn enter(&self, user: &str, password: &str, address: IpAddr) -> Entry {
        match self.verify(user, password, address).await {
            Answer::Known(user) if self.role(&user) >= Role::Analyst => Entry::Welcome,
            Answer::Known(_) => Entry::NotAllowed("this needs the role analyst; [web.roles] gives it".into()),
            Answer::Unknown => Entry::Unknown,
            Answer::Later => Entry::Later,
        }
    }
}
