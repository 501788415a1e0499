//! SDK clients with dummy credentials for a stand-in on loopback.

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_cognitoidentityprovider as cognito;

macro_rules! settings {
    ($service:ident, $endpoint:expr, $region:expr) => {
        $service::config::Builder::new()
            .behavior_version($service::config::BehaviorVersion::latest())
            .region($service::config::Region::new($region))
            .endpoint_url($endpoint)
            .credentials_provider($service::config::Credentials::new("test", "test", None, None, "test"))
            .build()
    };
}

pub fn logs_client(endpoint: &str, region: &'static str) -> logs::Client {
    logs::Client::from_conf(settings!(logs, endpoint, region))
}

pub fn cognito_client(endpoint: &str, region: &'static str) -> cognito::Client {
    cognito::Client::from_conf(settings!(cognito, endpoint, region))
}
