use std::collections::HashMap;

use axum::http::HeaderValue;
use chrono::DateTime;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::simulator::tests::START;
use crate::simulator::{Fault, Quotas, Scenario};

/// A simulator on a port of its own.
struct Running {
    simulator: Arc<Simulator>,
    url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn new(quotas: Quotas) -> Self {
        let now = DateTime::from_timestamp_millis(START).expect("an instant");
        let simulator = Arc::new(Simulator::new(Scenario::small(20), quotas, Arc::new(move || now)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(Arc::clone(&simulator).serve(listener, async move {
            let _ = stopped.await;
        }));
        Self { simulator, url, stop, served }
    }

    async fn call(&self, target: &str, body: &str) -> (u16, Value) {
        let answer =
            reqwest::Client::new().post(&self.url).header("x-amz-target", target).body(body.to_owned()).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("JSON"))
    }
}

#[test]
fn the_region_comes_from_the_signature() {
    let mut headers = HeaderMap::new();
    assert_eq!(region(&headers), None);
    let value = "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/logs/aws4_request, Signature=0";
    headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
    assert_eq!(region(&headers), Some("eu-west-1"));
}

#[tokio::test]
async fn errors_have_the_shape_of_the_protocol() {
    let running = Running::new(Quotas::unlimited()).await;
    for target in ["Nothing.Here", "Logs_20140328.DeleteLogGroup", "AWSCognitoIdentityProviderService.AdminDeleteUser"]
    {
        let (status, body) = running.call(target, "{}").await;
        assert_eq!((status, &body["__type"]), (400, &"UnknownOperationException".into()), "{target}");
    }
    let (status, body) = running.call("Logs_20140328.FilterLogEvents", "not JSON").await;
    assert_eq!((status, &body["__type"]), (400, &"SerializationException".into()));
}

#[tokio::test]
async fn a_planted_fault_answers_before_anything_else() {
    let running = Running::new(Quotas::unlimited()).await;
    running.simulator.faults().plant(Fault::access_denied("ListUserPools", 1));
    let target = "AWSCognitoIdentityProviderService.ListUserPools";
    let (status, body) = running.call(target, r#"{"MaxResults":60}"#).await;
    assert_eq!((status, &body["__type"]), (400, &"AccessDeniedException".into()));
    let (status, body) = running.call(target, r#"{"MaxResults":60}"#).await;
    assert_eq!((status, body["UserPools"].as_array().map(Vec::len)), (200, Some(3)));
}

#[tokio::test]
async fn over_the_quota_each_service_has_its_own_word() {
    let one = Quotas { user_pool_read: Some(0.001), filter_log_events_us_east_1: Some(0.001), ..Quotas::unlimited() };
    let running = Running::new(one).await;
    for (target, body, code) in [
        ("AWSCognitoIdentityProviderService.ListUserPools", r#"{"MaxResults":60}"#, "TooManyRequestsException"),
        ("Logs_20140328.FilterLogEvents", r#"{"logGroupName":"aws-cloudtrail-logs"}"#, "ThrottlingException"),
    ] {
        assert_eq!(running.call(target, body).await.0, 200);
        let (status, answer) = running.call(target, body).await;
        assert_eq!((status, answer), (400, serde_json::json!({ "__type": code, "message": "Rate exceeded" })));
    }
    let listed = running.simulator.tally("ListUserPools");
    assert_eq!((listed.answered, listed.throttled, listed.failed), (1, 1, 0));
}

#[tokio::test]
async fn look_ups_are_counted_by_user_and_faults_as_failures() {
    let running = Running::new(Quotas::unlimited()).await;
    let world = &running.simulator.journal.world;
    let user = world.users.iter().find(|user| user.created < START && !user.federated).expect("a user");
    let body = format!(r#"{{"UserPoolId":"{}","Username":"{}"}}"#, world.pool_of(user).id, user.sub);
    let target = "AWSCognitoIdentityProviderService.AdminGetUser";
    running.simulator.faults().plant(Fault::access_denied("AdminGetUser", 1));
    for status in [400, 200, 200] {
        assert_eq!(running.call(target, &body).await.0, status);
    }
    let tally = running.simulator.tallies()["AdminGetUser"];
    assert_eq!((tally.answered, tally.throttled, tally.failed), (2, 0, 1));
    assert_eq!(running.simulator.look_ups("AdminGetUser"), HashMap::from([(user.sub, 2)]));
}

#[tokio::test]
async fn who_am_i_is_answered_in_xml_and_shutdown_ends_serving() {
    let running = Running::new(Quotas::unlimited()).await;
    let answer =
        reqwest::Client::new().post(&running.url).body("Action=GetCallerIdentity&Version=2011-06-15").send().await;
    let text = answer.expect("an answer").text().await.expect("text");
    assert!(text.contains("<Account>123456789012</Account>"));
    running.stop.send(()).expect("still serving");
    assert!(running.served.await.is_ok_and(|served| served.is_ok()));
}
