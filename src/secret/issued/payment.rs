//! Keys of payment services and shops.
//!
//! Keys of test modes move no money and are everywhere in documentation: they are left out, and so are
//! those that are meant for browsers.
//!
//! Sources: docs.stripe.com/keys, developer.squareup.com, shopify.dev, developer.paypal.com, and the
//! documentation of each service.

use super::form::{ALNUM, ANY_HEX, HEX, LOWER_ALNUM, Part, WORD, key};
use super::{Service, VENDOR, service};

pub(super) static SERVICES: &[Service] = &[
    service(
        "Stripe",
        "a secret key",
        "dashboard.stripe.com/apikeys",
        VENDOR,
        &[
            key("sk_live_", &[ALNUM.between(24, 247)]),
            key("sk_prod_", &[ALNUM.between(24, 247)]),
            key("sk_org_live_", &[ALNUM.between(24, 247)]),
        ],
    ),
    service(
        "Stripe",
        "a restricted key",
        "dashboard.stripe.com/apikeys",
        VENDOR,
        &[key("rk_live_", &[ALNUM.between(24, 247)]), key("rk_prod_", &[ALNUM.between(24, 247)])],
    ),
    service(
        "Stripe",
        "the signing secret of a webhook",
        "dashboard.stripe.com/webhooks",
        VENDOR,
        &[key("whsec_", &[ALNUM.with(b'+').with(b'/').between(32, 64)])],
    ),
    service(
        "Square",
        "an access token",
        "developer.squareup.com/apps",
        VENDOR,
        &[
            key("sq0atp-", &[WORD.exactly(22)]),
            key("sq0csp-", &[WORD.exactly(43)]),
            key("EAAA", &[WORD.exactly(60)]),
        ],
    ),
    service(
        "Shopify",
        "an access token",
        "the shop's admin under Apps",
        VENDOR,
        &[
            key("shpat_", &[ANY_HEX.exactly(32)]),
            key("shpca_", &[ANY_HEX.exactly(32)]),
            key("shppa_", &[ANY_HEX.exactly(32)]),
            key("shpss_", &[ANY_HEX.exactly(32)]),
            key("shptka_", &[ANY_HEX.exactly(32)]),
        ],
    ),
    service(
        "PayPal Braintree",
        "an access token",
        "braintreegateway.com under API",
        VENDOR,
        &[key(
            "access_token$production$",
            &[LOWER_ALNUM.exactly(16), Part::Text("$"), HEX.exactly(32)],
        )],
    ),
    service(
        "Flutterwave",
        "a secret key",
        "app.flutterwave.com/dashboard/settings/apis",
        VENDOR,
        &[
            key("FLWSECK-", &[HEX.exactly(32), Part::Text("-X")]),
            key("FLWSECK_LIVE-", &[ALNUM.between(12, 64)]),
        ],
    ),
    service(
        "Mollie",
        "an API key",
        "my.mollie.com/dashboard/developers/api-keys",
        VENDOR,
        &[key("live_", &[ALNUM.exactly(30)]).weak()],
    ),
    service(
        "GoCardless",
        "an access token",
        "manage.gocardless.com/developers",
        VENDOR,
        &[key("live_", &[WORD.exactly(40)]).weak().near(&["gocardless"])],
    ),
    service(
        "Shippo",
        "an API token",
        "apps.goshippo.com/settings/api",
        VENDOR,
        &[key("shippo_live_", &[HEX.exactly(40)])],
    ),
    service(
        "EasyPost",
        "an API key",
        "easypost.com/account/api-keys",
        VENDOR,
        &[key("EZAK", &[ALNUM.exactly(54)])],
    ),
    service(
        "Duffel",
        "an access token",
        "app.duffel.com under Access tokens",
        VENDOR,
        &[key("duffel_live_", &[WORD.with(b'=').exactly(43)])],
    ),
    service(
        "Paddle",
        "an API key",
        "vendors.paddle.com/authentication-v2",
        VENDOR,
        &[key(
            "pdl_live_apikey_",
            &[
                LOWER_ALNUM.exactly(26),
                Part::Text("_"),
                ALNUM.exactly(22),
                Part::Text("_"),
                ALNUM.exactly(3),
            ],
        )],
    ),
    service(
        "Lob",
        "an API key",
        "dashboard.lob.com/settings/keys",
        VENDOR,
        &[key("live_", &[HEX.exactly(35)]).weak()],
    ),
];
