//! Keys of the large clouds.
//!
//! Sources: `docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html` (prefixes of access key
//! ids), learn.microsoft.com/entra and github.com/microsoft/security-utilities (the markers in keys of
//! Azure), cloud.google.com/docs/authentication/api-keys, developers.google.com/identity.

use super::form::{
    ALNUM, BASE32, BASE64, Class, DIGIT, HEX, Key, LOWER_ALNUM, Part, UPPER_ALNUM, WORD, key,
};
use super::{AWS, AZURE, GOOGLE, Service, VENDOR, body, service};

/// What Entra allows in client secrets.
const ENTRA: Class = WORD.with(b'.').with(b'~');
const PAD1: Part = Part::Text("=");
const PAD2: Part = Part::Text("==");

pub(super) static SERVICES: &[Service] = &[
    service(
        "AWS",
        "an access key id",
        "console.aws.amazon.com/iam",
        AWS,
        &[
            key("AKIA", &[UPPER_ALNUM.exactly(16)]).tested(is_aws_id),
            key("ASIA", &[UPPER_ALNUM.exactly(16)]).tested(is_aws_id),
            key("ABIA", &[UPPER_ALNUM.exactly(16)]).tested(is_aws_id),
            key("ACCA", &[UPPER_ALNUM.exactly(16)]).tested(is_aws_id),
        ],
    ),
    service(
        "Microsoft Entra",
        "a client secret",
        "entra.microsoft.com under App registrations",
        AZURE,
        &[key("Q~", &[ENTRA.between(31, 34)]).preceded(&[ENTRA.exactly(3), DIGIT.exactly(1)])],
    ),
    service(
        "Azure AI services",
        "a key",
        "portal.azure.com under Keys and Endpoint",
        AZURE,
        &[key("JQQJ9", &[ALNUM.exactly(27)]).preceded(&[ALNUM.exactly(52)]).with_runs()],
    ),
    service(
        "Azure Storage",
        "an account key",
        "portal.azure.com under Access keys",
        AZURE,
        &[
            key("+ASt", &[BASE64.exactly(6), PAD2]).preceded(&[BASE64.exactly(76)]),
            key("AccountKey=", &[BASE64.exactly(86), PAD2]).outside().tested(is_no_emulator),
        ],
    ),
    service(
        "Azure Batch",
        "an account key",
        "portal.azure.com under Keys",
        AZURE,
        &[key("+ABa", &[BASE64.exactly(6), PAD2]).preceded(&[BASE64.exactly(76)])],
    ),
    service(
        "Azure Cosmos DB",
        "a key",
        "portal.azure.com under Keys",
        AZURE,
        &[key("ACDb", &[BASE64.exactly(6), PAD2]).preceded(&[BASE64.exactly(76)])],
    ),
    service(
        "Azure Service Bus",
        "a shared access key",
        "portal.azure.com under Shared access policies",
        AZURE,
        &[
            key("+ASb", &[BASE64.exactly(6), PAD1]).preceded(&[BASE64.exactly(33)]),
            key("+AEh", &[BASE64.exactly(6), PAD1]).preceded(&[BASE64.exactly(33)]),
            key("+ARm", &[BASE64.exactly(6), PAD1]).preceded(&[BASE64.exactly(33)]),
            key("SharedAccessKey=", &[BASE64.exactly(43), PAD1]).outside(),
        ],
    ),
    service(
        "Azure IoT Hub",
        "a shared access key",
        "portal.azure.com under Shared access policies",
        AZURE,
        &[key("AIoT", &[BASE64.exactly(6), PAD1]).preceded(&[BASE64.exactly(33)])],
    ),
    service(
        "Azure Container Registry",
        "a password",
        "portal.azure.com under Access keys",
        AZURE,
        &[
            key("+ACR", &[BASE64.exactly(6)]).preceded(&[BASE64.exactly(42)]),
            key("ACR", &[ALNUM.exactly(6)])
                .preceded(&[ALNUM.exactly(74)])
                .near(&["azurecr", "acr_", "registry"]),
        ],
    ),
    service(
        "Azure AI Search",
        "a key",
        "portal.azure.com under Keys",
        AZURE,
        &[key("AzSe", &[ALNUM.exactly(6)]).preceded(&[ALNUM.exactly(42)])],
    ),
    service(
        "Azure Functions",
        "a function key",
        "portal.azure.com under App keys",
        AZURE,
        &[key("AzFu", &[WORD.exactly(6), PAD2]).preceded(&[WORD.exactly(44)])],
    ),
    service(
        "Azure Cache for Redis",
        "an access key",
        "portal.azure.com under Access keys",
        AZURE,
        &[key("AzCa", &[ALNUM.exactly(6), PAD1]).preceded(&[ALNUM.exactly(33)])],
    ),
    service(
        "Azure DevOps",
        "a personal access token",
        "dev.azure.com under Personal access tokens",
        AZURE,
        &[key("AZDO", &[ALNUM.exactly(4)]).preceded(&[ALNUM.exactly(76)])],
    ),
    service(
        "Google",
        "an API key",
        "console.cloud.google.com/apis/credentials",
        GOOGLE,
        &[
            key("AIza", &[WORD.exactly(35)]).tested(is_no_browser_key),
            // Those of Gemini since 2025, which are bound to an account.
            key("AQ.Ab8", &[WORD.between(40, 80)]),
        ],
    ),
    service(
        "Google",
        "an OAuth client secret",
        "console.cloud.google.com/apis/credentials",
        GOOGLE,
        &[key("GOCSPX-", &[WORD.exactly(28)])],
    ),
    service(
        "Google",
        "an OAuth token",
        "myaccount.google.com/permissions",
        GOOGLE,
        &[
            key("ya29.", &[WORD.with(b'.').between(60, 1024)]),
            key("1//0", &[WORD.between(40, 120)]),
        ],
    ),
    service(
        "Firebase Cloud Messaging",
        "a server key",
        "console.firebase.google.com",
        GOOGLE,
        &[key(":APA91b", &[WORD.between(120, 160)])
            .preceded(&[Part::Text("AAAA"), WORD.exactly(7)])
            .with_runs()],
    ),
    service(
        "Google Cloud Storage",
        "an HMAC key id",
        "console.cloud.google.com/storage/settings",
        GOOGLE,
        &[key("GOOG1E", &[UPPER_ALNUM.exactly(55)])],
    ),
    service(
        "Alibaba Cloud",
        "an access key id",
        "ram.console.aliyun.com",
        VENDOR,
        &[key("LTAI", &[ALNUM.between(17, 22)]).tested(|key| body::is_mixed(key.body))],
    ),
    service(
        "Tencent Cloud",
        "a secret id",
        "console.cloud.tencent.com/cam/capi",
        VENDOR,
        &[key("AKID", &[ALNUM.exactly(32)])],
    ),
    service(
        "Volcengine",
        "an access key id",
        "console.volcengine.com/iam",
        VENDOR,
        &[key("AKLT", &[ALNUM.between(40, 60)])],
    ),
    service(
        "Yandex Cloud",
        "an API key",
        "console.yandex.cloud",
        VENDOR,
        &[key("AQVN", &[WORD.exactly(36)]), key("YCAJE", &[WORD.exactly(20)])],
    ),
    service(
        "DigitalOcean",
        "a token",
        "cloud.digitalocean.com/account/api/tokens",
        VENDOR,
        &[
            key("dop_v1_", &[HEX.exactly(64)]),
            key("doo_v1_", &[HEX.exactly(64)]),
            key("dor_v1_", &[HEX.exactly(64)]),
        ],
    ),
    service(
        "Scaleway",
        "an access key",
        "console.scaleway.com/iam/api-keys",
        VENDOR,
        &[key("SCW", &[UPPER_ALNUM.exactly(17)]).weak()],
    ),
    service(
        "Cloudflare",
        "an origin CA key",
        "dash.cloudflare.com/profile/api-tokens",
        VENDOR,
        &[key("v1.0-", &[HEX.exactly(24), Part::Text("-"), HEX.exactly(146)])],
    ),
    service(
        "Cloudflare",
        "an API token",
        "dash.cloudflare.com/profile/api-tokens",
        VENDOR,
        &[key("cfut_", &[WORD.between(40, 60)]), key("cfat_", &[WORD.between(40, 60)])],
    ),
    service(
        "Heroku",
        "an API key",
        "dashboard.heroku.com/account",
        VENDOR,
        &[key("HRKU-", &[WORD.between(36, 70)])],
    ),
    service(
        "Fly.io",
        "an access token",
        "fly.io/dashboard under Tokens",
        VENDOR,
        &[
            key("fo1_", &[WORD.exactly(43)]),
            key("fm1r_", &[BASE64.between(100, 2048)]).with_runs(),
            key("fm1a_", &[BASE64.between(100, 2048)]).with_runs(),
            key("fm2_", &[BASE64.between(100, 2048)]).with_runs(),
        ],
    ),
    service(
        "Vercel",
        "a token",
        "vercel.com/account/tokens",
        VENDOR,
        &[
            key("vcp_", &[ALNUM.between(24, 60)]),
            key("vci_", &[ALNUM.between(24, 60)]),
            key("vca_", &[ALNUM.between(24, 60)]),
            key("vcr_", &[ALNUM.between(24, 60)]),
        ],
    ),
    service(
        "Netlify",
        "a personal access token",
        "app.netlify.com/user/applications",
        VENDOR,
        &[key("nfp_", &[ALNUM.between(36, 40)])],
    ),
    service(
        "Render",
        "an API key",
        "dashboard.render.com under Account settings",
        VENDOR,
        &[key("rnd_", &[ALNUM.between(28, 32)])],
    ),
    service(
        "Databricks",
        "a personal access token",
        "the workspace's settings under Access tokens",
        VENDOR,
        &[
            key("dapi", &[HEX.exactly(32)]),
            key("dkea", &[HEX.exactly(32)]),
            key("dose", &[HEX.exactly(32)]),
        ],
    ),
    service(
        "PlanetScale",
        "a token or password",
        "app.planetscale.com",
        VENDOR,
        &[
            key("pscale_tkn_", &[WORD.with(b'.').with(b'=').between(32, 64)]),
            key("pscale_oauth_", &[WORD.with(b'.').with(b'=').between(32, 64)]),
            key("pscale_pw_", &[WORD.with(b'.').with(b'=').between(32, 64)]),
        ],
    ),
    service(
        "Neon",
        "an API key",
        "console.neon.tech under API keys",
        VENDOR,
        &[key("napi_", &[LOWER_ALNUM.exactly(64)])],
    ),
    service(
        "Neon",
        "a database password",
        "console.neon.tech under Roles",
        VENDOR,
        &[key("npg_", &[ALNUM.between(12, 20)]).weak()],
    ),
    service(
        "Supabase",
        "an access token",
        "supabase.com/dashboard/account/tokens",
        VENDOR,
        &[key("sbp_", &[HEX.exactly(40)])],
    ),
    service(
        "Supabase",
        "a secret key",
        "supabase.com/dashboard under API keys",
        VENDOR,
        &[key("sb_secret_", &[WORD.between(22, 40)])],
    ),
    service(
        "MongoDB Atlas",
        "a service account secret",
        "cloud.mongodb.com under Access manager",
        VENDOR,
        &[key("mdb_sa_sk_", &[WORD.between(36, 50)])],
    ),
    service(
        "Aiven",
        "a password",
        "console.aiven.io under Users",
        VENDOR,
        &[key("AVNS_", &[WORD.between(16, 24)])],
    ),
    service(
        "Xata",
        "an API key",
        "app.xata.io/settings",
        VENDOR,
        &[key("xau_", &[ALNUM.between(36, 50)])],
    ),
    service(
        "CockroachDB",
        "an API key",
        "cockroachlabs.cloud under Access management",
        VENDOR,
        &[key("CCDB1_", &[ALNUM.exactly(22), Part::Text("_"), ALNUM.exactly(40)])],
    ),
    service(
        "ClickHouse Cloud",
        "a key secret",
        "clickhouse.cloud under API keys",
        VENDOR,
        &[key("4b1d", &[ALNUM.exactly(38)]).near(&["clickhouse"])],
    ),
    service(
        "Confluent",
        "an API secret",
        "confluent.cloud under API keys",
        VENDOR,
        &[key("cflt", &[BASE64.exactly(60)])],
    ),
    service(
        "Prefect",
        "an API key",
        "app.prefect.cloud/my/api-keys",
        VENDOR,
        &[key("pnu_", &[LOWER_ALNUM.exactly(36)]), key("pnb_", &[LOWER_ALNUM.exactly(36)])],
    ),
    service(
        "OpenShift",
        "an OAuth token",
        "the cluster: oc delete oauthaccesstoken",
        VENDOR,
        &[key("sha256~", &[WORD.exactly(43)])],
    ),
];

/// Access key ids are Base32 by all that is known, but the documentation promises no more than word
/// characters; those with other digits must be the better mixed.
fn is_aws_id(key: &Key<'_>) -> bool {
    let is_base32 = key.body.bytes().all(|it| BASE32.has(it));
    is_base32 || body::is_mixed(key.body)
}

/// Where the secret key ends that stands beside the id of an access key, as in the `credentials.csv` that AWS
/// hands out: it is as secret, and has no form of its own.
pub(super) fn end_of_pair(id: &Key<'_>) -> Option<usize> {
    /// Between both: a separator and quotes.
    const MOST: usize = 6;
    const SECRET: usize = 40;
    if !["AKIA", "ASIA"].iter().any(|start| id.whole.starts_with(start)) {
        return None;
    }
    let rest = id.text.as_bytes().get(id.end..)?;
    let is_between = |it: &&u8| b",;:|\t \"'".contains(it);
    let between = rest.iter().take(MOST).take_while(is_between).count();
    let secret =
        rest.iter().skip(between).take(SECRET + 1).take_while(|it| BASE64.has(**it)).count();
    (between > 0 && secret == SECRET).then_some(id.end + between + secret)
}

/// Whether a text holds the key of an emulator of Azure Storage or Cosmos DB, the same for everybody.
///
/// Source: learn.microsoft.com/azure/storage/common/storage-use-azurite and
/// learn.microsoft.com/azure/cosmos-db/emulator.
pub(super) fn is_published(key: &str) -> bool {
    ["Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u", "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nD"]
        .iter()
        .any(|known| key.contains(known))
}

fn is_no_emulator(key: &Key<'_>) -> bool {
    !is_published(key.whole)
}

/// The key in a Firebase configuration of a web page or an app names the project and opens nothing;
/// Google says that it need not be kept secret (firebase.google.com/docs/projects/api-keys).
fn is_no_browser_key(key: &Key<'_>) -> bool {
    /// A whole configuration fits in.
    const REACH: usize = 700;
    const PUBLIC: [&str; 9] = [
        "authdomain",
        "auth_domain",
        "messagingsenderid",
        "messaging_sender_id",
        "mobilesdk_app_id",
        "current_key",
        "gcm_sender_id",
        "google_app_id",
        "firebase_api_key",
    ];
    /// In the documentation of Firebase.
    const SAMPLES: [&str; 2] = ["AIzaSyDaGmWKa4JsXZ", "AIzaSyDOCAbC123dEf456GhI789jKl0"];
    if SAMPLES.iter().any(|sample| key.whole.starts_with(sample)) {
        return false;
    }
    let around = key.surroundings(REACH);
    !PUBLIC.iter().any(|word| around.contains(word))
}
