//! Tokens and webhooks of chat, mail and telephone services.
//!
//! Sources: api.slack.com/authentication/token-types, core.telegram.org/bots, discord.com/developers,
//! learn.microsoft.com/microsoftteams, docs.sendgrid.com, and the documentation of each service.

use super::super::base64;
use super::form::{ALNUM, ANY_HEX, DIGIT, Form, HEX, Key, Part, UPPER_ALNUM, UUID, WORD, key};
use super::{SLACK, Service, VENDOR, service};

const DASH: Part = Part::Text("-");
const SLASH: Part = Part::Text("/");
const SLACK_ID: Part = DIGIT.between(9, 14);

pub(super) static SERVICES: &[Service] = &[
    service(
        "Slack",
        "a token of a bot",
        "api.slack.com/apps",
        SLACK,
        &[
            key("xoxb-", &[SLACK_ID, DASH, SLACK_ID, DASH, ALNUM.between(18, 34)]),
            key("xoxb-", &[SLACK_ID, DASH, ALNUM.between(18, 34)]),
            key("xoxe.xoxb-", &[DIGIT.exactly(1), DASH, ALNUM.between(140, 180)]),
        ],
    ),
    service(
        "Slack",
        "a token of a user",
        "api.slack.com/apps",
        SLACK,
        &[
            key("xoxp-", &[SLACK_ID, DASH, SLACK_ID, DASH, SLACK_ID, DASH, ALNUM.between(24, 40)]),
            key("xoxp-", &[SLACK_ID, DASH, SLACK_ID, DASH, ALNUM.between(18, 40)]),
            key("xoxe-", &[DIGIT.exactly(1), DASH, ALNUM.between(120, 180)]),
            key("xoxe.xoxp-", &[DIGIT.exactly(1), DASH, ALNUM.between(140, 180)]),
            key("xoxa-", &[WORD.between(30, 120)]),
            key("xoxr-", &[WORD.between(30, 120)]),
            key("xoxs-", &[WORD.between(30, 120)]),
            key("xoxc-", &[WORD.between(30, 120)]),
            key("xoxd-", &[WORD.with(b'%').between(60, 300)]),
            key("xoxo-", &[WORD.between(30, 120)]),
        ],
    ),
    service(
        "Slack",
        "a token of an app",
        "api.slack.com/apps",
        SLACK,
        &[key(
            "xapp-",
            &[
                DIGIT.exactly(1),
                DASH,
                UPPER_ALNUM.between(9, 14),
                DASH,
                DIGIT.between(9, 14),
                DASH,
                ALNUM.between(40, 70),
            ],
        )],
    ),
    service(
        "Slack",
        "the address of a webhook",
        "api.slack.com/apps under Incoming webhooks",
        SLACK,
        &[
            key(
                "hooks.slack.com/services/",
                &[
                    UPPER_ALNUM.between(9, 13),
                    SLASH,
                    UPPER_ALNUM.between(9, 13),
                    SLASH,
                    ALNUM.between(20, 26),
                ],
            )
            .glued(),
            key(
                "hooks.slack.com/workflows/",
                &[
                    UPPER_ALNUM.between(9, 13),
                    SLASH,
                    UPPER_ALNUM.between(9, 13),
                    SLASH,
                    DIGIT.between(15, 20),
                    SLASH,
                    ALNUM.between(20, 26),
                ],
            )
            .glued(),
            key(
                "hooks.slack.com/triggers/",
                &[
                    UPPER_ALNUM.between(9, 13),
                    SLASH,
                    DIGIT.between(10, 20),
                    SLASH,
                    HEX.between(24, 40),
                ],
            )
            .glued(),
        ],
    ),
    service(
        "Discord",
        "the address of a webhook",
        "the channel's settings under Integrations",
        VENDOR,
        &[
            key("discord.com/api/webhooks/", &[DIGIT.between(17, 20), SLASH, WORD.between(60, 72)])
                .glued(),
            key(
                "discordapp.com/api/webhooks/",
                &[DIGIT.between(17, 20), SLASH, WORD.between(60, 72)],
            )
            .glued(),
        ],
    ),
    service(
        "Discord",
        "a token of a bot",
        "discord.com/developers/applications",
        VENDOR,
        // The second part is a time: since 2021 it begins with one of these.
        &[discord(".G"), discord(".X"), discord(".Y"), discord(".Z")],
    ),
    service(
        "Microsoft Teams",
        "the address of a webhook",
        "the channel's connectors",
        VENDOR,
        &[key(
            "webhook.office.com/webhookb2/",
            &[
                UUID.exactly(36),
                Part::Text("@"),
                UUID.exactly(36),
                SLASH,
                Part::Text("IncomingWebhook/"),
                ANY_HEX.exactly(32),
                SLASH,
                UUID.exactly(36),
            ],
        )
        .glued()],
    ),
    service(
        "Google Chat",
        "the address of a webhook",
        "the space's settings under Apps & integrations",
        VENDOR,
        &[key(
            "chat.googleapis.com/v1/spaces/",
            &[
                WORD.between(8, 16),
                Part::Text("/messages?key="),
                WORD.between(30, 50),
                Part::Any(&["&token=", "&amp;token="]),
                WORD.with(b'%').between(30, 80),
            ],
        )
        .glued()],
    ),
    service(
        "Telegram",
        "a token of a bot",
        "t.me/BotFather",
        VENDOR,
        &[key(":AA", &[WORD.exactly(33)]).preceded(&[DIGIT.between(8, 10)]).glued()],
    ),
    service("Twilio", "an API key", "console.twilio.com under API keys", VENDOR, TWILIO),
    service(
        "SendGrid",
        "an API key",
        "app.sendgrid.com/settings/api_keys",
        VENDOR,
        &[key("SG.", &[WORD.exactly(22), Part::Text("."), WORD.exactly(43)])],
    ),
    service(
        "Mailgun",
        "an API key",
        "app.mailgun.com/settings/api_security",
        VENDOR,
        &[key("key-", &[HEX.exactly(32)])],
    ),
    service(
        "Mailchimp",
        "an API key",
        "mailchimp.com/account/api",
        VENDOR,
        &[key("-us", &[DIGIT.between(1, 2)]).preceded(&[HEX.exactly(32)])],
    ),
    service(
        "Brevo",
        "an API key",
        "app.brevo.com/settings/keys/api",
        VENDOR,
        &[
            key("xkeysib-", &[HEX.exactly(64), DASH, ALNUM.exactly(16)]),
            key("xsmtpsib-", &[HEX.exactly(64), DASH, ALNUM.exactly(16)]),
        ],
    ),
    service(
        "Resend",
        "an API key",
        "resend.com/api-keys",
        VENDOR,
        &[key("re_", &[ALNUM.exactly(8), Part::Text("_"), ALNUM.between(22, 26)])],
    ),
    service(
        "Telnyx",
        "an API key",
        "portal.telnyx.com",
        VENDOR,
        &[key("KEY0", &[ANY_HEX.exactly(31), Part::Text("_"), ALNUM.between(20, 24)])],
    ),
    service(
        "OneSignal",
        "an API key",
        "dashboard.onesignal.com under Keys & IDs",
        VENDOR,
        &[
            key("os_v2_app_", &[ALNUM.between(90, 110)]),
            key("os_v2_org_", &[ALNUM.between(90, 110)]),
        ],
    ),
];

/// The id of the bot in Base64, a time and a signature.
const fn discord(mark: &'static str) -> Form {
    const TIME_AND_SIGNATURE: &[Part] = &[WORD.exactly(5), Part::Text("."), WORD.between(27, 38)];
    const ID: &[Part] = &[ALNUM.between(23, 26)];
    key(mark, TIME_AND_SIGNATURE).preceded(ID).with_runs().tested(has_snowflake)
}

/// Whether a key begins with an id of Discord, which is a number of 17 to 19 digits.
///
/// Source: discord.com/developers/docs/reference under Snowflakes.
fn has_snowflake(key: &Key<'_>) -> bool {
    key.whole
        .split('.')
        .next()
        .and_then(base64::decode)
        .is_some_and(|id| (17..=19).contains(&id.len()) && id.iter().all(u8::is_ascii_digit))
}

/// Three characters keep the mark rare.
const TWILIO: &[Form] = &[
    key("SK0", &[HEX.exactly(31)]),
    key("SK1", &[HEX.exactly(31)]),
    key("SK2", &[HEX.exactly(31)]),
    key("SK3", &[HEX.exactly(31)]),
    key("SK4", &[HEX.exactly(31)]),
    key("SK5", &[HEX.exactly(31)]),
    key("SK6", &[HEX.exactly(31)]),
    key("SK7", &[HEX.exactly(31)]),
    key("SK8", &[HEX.exactly(31)]),
    key("SK9", &[HEX.exactly(31)]),
    key("SKa", &[HEX.exactly(31)]),
    key("SKb", &[HEX.exactly(31)]),
    key("SKc", &[HEX.exactly(31)]),
    key("SKd", &[HEX.exactly(31)]),
    key("SKe", &[HEX.exactly(31)]),
    key("SKf", &[HEX.exactly(31)]),
];
