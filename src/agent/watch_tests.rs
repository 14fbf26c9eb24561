use super::tests::{format_of, read};
use super::*;
use crate::credential::Value;

#[test]
fn alertmanagers_and_collectors_are_told_by_their_content() {
    let alertmanager = "route: {receiver: a}\nreceivers: [{name: a}]";
    let collector = "receivers: {otlp: }\nexporters: {otlp: }\nservice: {pipelines: {traces: {}}}";
    assert_eq!(format_of(alertmanager), Some("Alertmanager"));
    assert_eq!(format_of(collector), Some("OpenTelemetry collector"));
    for text in [
        "receivers: [{name: a}]",
        "route: /home\nreceivers: [{name: a}]",
        "route: {receiver: a}\nreceivers: {a: b}",
        "receivers: {otlp: }\nexporters: {otlp: }",
        "pipelines: {default: [{step: {name: test}}]}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn routes_are_read_to_their_ends() {
    let text = "route:\n  receiver: a\n  routes: [{receiver: b, routes: [{receiver: c}]}]\n\
                receivers: [{name: a}, {name: b, slack_configs: [{channel: x}]}, \
                {name: d, pagerduty_configs: [{routing_key: '${KEY}'}]}]";
    read(text, |config| {
        let notifier = config.notifier.as_ref().expect("routes");
        let routed: Vec<_> = notifier.routed.iter().map(|it| it.text()).collect();
        assert_eq!(routed, ["a", "b", "c"]);
        let told: Vec<_> = notifier.receivers.iter().map(|it| it.integrations.join(",")).collect();
        assert_eq!(told, ["", "slack", "pagerduty"]);
        assert_eq!(notifier.variables.len(), 1);
        assert!(notifier.receiver("d").is_some_and(Receiver::may_page));
        assert!(!notifier.receiver("b").is_some_and(Receiver::may_page));
    });
}

#[test]
fn the_address_of_a_webhook_is_a_credential() {
    for (url, expected) in [
        ("https://hooks.slack.com/services/T0QK3/B81MZ/h4Xw9LrPq2", 1),
        ("https://acme.webhook.office.com/webhookb2/5d0e7c1b94a2", 1),
        ("https://hooks.slack.com/docs", 0),
        ("https://nothooks.slack.com/services/T0QK3/B81MZ/h4Xw9LrPq2", 0),
        ("https://acme.io/services/T0QK3/B81MZ/h4Xw9LrPq2", 0),
    ] {
        let text = format!("route: {{receiver: a}}\nreceivers: [{{name: a, url: '{url}'}}]");
        let found = read(&text, |config| {
            config.credentials.iter().filter(|it| it.value == Value::Literal).count()
        });
        assert_eq!(found, expected, "{url}");
    }
}
