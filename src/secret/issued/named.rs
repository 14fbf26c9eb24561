//! Services whose keys have no form of their own, but a length and an alphabet: told by the name that
//! they stand under.
//!
//! Sources: the documentation of each service about its keys.

use super::form::{ALNUM, ANY_HEX, BASE64, Class, HEX, LOWER_ALNUM, UUID, WORD};
use super::{AWS, AZURE, Issuer, LLM, Service, VENDOR, body, issuer_under, service};
use crate::credential;

/// A service, the parts of names of which its keys have one, and what the keys are made of.
struct Named {
    /// In lower case, without what keeps words apart.
    names: &'static [&'static str],
    class: Class,
    least: usize,
    most: usize,
    service: Service,
}

const fn named(
    names: &'static [&'static str],
    (class, least, most): (Class, usize, usize),
    service: Service,
) -> Named {
    Named { names, class, least, most, service }
}

const UUIDS: (Class, usize, usize) = (UUID, 36, 36);

static NAMED: &[Named] = &[
    named(
        &["awssecret", "secretaccesskey", "awssecretkey"],
        (BASE64, 40, 40),
        service("AWS", "a secret access key", "console.aws.amazon.com/iam", AWS, &[]),
    ),
    named(
        &["awssessiontoken"],
        (BASE64.with(b'='), 100, 2000),
        service("AWS", "a session token", "console.aws.amazon.com/iam", AWS, &[]),
    ),
    named(
        &[
            "azureopenai",
            "azureai",
            "cognitiveservices",
            "speechkey",
            "azuresearch",
            "openaiapikey",
        ],
        (HEX, 32, 32),
        service(
            "Azure AI services",
            "a key",
            "portal.azure.com under Keys and Endpoint",
            AZURE,
            &[],
        ),
    ),
    named(
        &["azurestorage", "storageaccountkey", "accountkey"],
        (BASE64.with(b'='), 88, 88),
        service(
            "Azure Storage",
            "an account key",
            "portal.azure.com under Access keys",
            AZURE,
            &[],
        ),
    ),
    named(
        &["cosmos"],
        (BASE64.with(b'='), 88, 88),
        service("Azure Cosmos DB", "a key", "portal.azure.com under Keys", AZURE, &[]),
    ),
    named(
        &["mistral"],
        (ALNUM, 32, 32),
        service("Mistral AI", "an API key", "console.mistral.ai/api-keys", LLM, &[]),
    ),
    named(
        &["cohere", "coapikey"],
        (ALNUM, 40, 40),
        service("Cohere", "an API key", "dashboard.cohere.com/api-keys", LLM, &[]),
    ),
    named(
        &["together"],
        (HEX, 64, 64),
        service("Together AI", "an API key", "api.together.ai/settings/api-keys", LLM, &[]),
    ),
    named(
        &["serpapi"],
        (HEX, 64, 64),
        service("SerpApi", "an API key", "serpapi.com/manage-api-key", LLM, &[]),
    ),
    named(
        &["serper"],
        (HEX, 40, 40),
        service("Serper", "an API key", "serper.dev/api-key", LLM, &[]),
    ),
    named(
        &["pinecone"],
        UUIDS,
        service("Pinecone", "an API key", "app.pinecone.io under API keys", LLM, &[]),
    ),
    named(
        &["qdrant"],
        (WORD, 40, 64),
        service("Qdrant", "an API key", "cloud.qdrant.io", LLM, &[]),
    ),
    named(
        &["weaviate", "wcd", "wcs"],
        (ALNUM, 36, 64),
        service("Weaviate", "an API key", "console.weaviate.cloud", LLM, &[]),
    ),
    named(
        &["exaapikey", "exakey"],
        UUIDS,
        service("Exa", "an API key", "dashboard.exa.ai/api-keys", LLM, &[]),
    ),
    named(
        &["sambanova"],
        UUIDS,
        service("SambaNova", "an API key", "cloud.sambanova.ai/apis", LLM, &[]),
    ),
    named(
        &["deepinfra"],
        (ALNUM, 32, 32),
        service("DeepInfra", "an API key", "deepinfra.com/dash/api_keys", LLM, &[]),
    ),
    named(
        &["deepgram"],
        (HEX, 40, 40),
        service("Deepgram", "an API key", "console.deepgram.com", LLM, &[]),
    ),
    named(
        &["assemblyai"],
        (HEX, 32, 32),
        service("AssemblyAI", "an API key", "assemblyai.com/app/api-keys", LLM, &[]),
    ),
    named(
        &["elevenlabs", "elevenapikey", "xiapikey"],
        (HEX, 32, 32),
        service("ElevenLabs", "an API key", "elevenlabs.io/app/settings/api-keys", LLM, &[]),
    ),
    named(
        &["ai21"],
        (ALNUM, 32, 36),
        service("AI21", "an API key", "studio.ai21.com/account/api-key", LLM, &[]),
    ),
    named(
        &["wandb", "weightsandbiases"],
        (HEX, 40, 40),
        service("Weights & Biases", "an API key", "wandb.ai/authorize", LLM, &[]),
    ),
    named(
        &["agentops"],
        UUIDS,
        service("AgentOps", "an API key", "app.agentops.ai/settings/projects", LLM, &[]),
    ),
    named(&["vapi"], UUIDS, service("Vapi", "an API key", "dashboard.vapi.ai", LLM, &[])),
    named(
        &["comet", "opik"],
        (ALNUM, 25, 25),
        service("Comet", "an API key", "comet.com/account-settings/apiKeys", LLM, &[]),
    ),
    named(
        &["portkey"],
        (WORD.with(b'+').with(b'/').with(b'='), 28, 32),
        service("Portkey", "an API key", "app.portkey.ai/api-keys", LLM, &[]),
    ),
    named(
        &["unstructured"],
        (ALNUM, 30, 30),
        service("Unstructured", "an API key", "platform.unstructured.io", LLM, &[]),
    ),
    named(
        &["clarifai"],
        (HEX, 32, 32),
        service("Clarifai", "a personal access token", "clarifai.com/settings/security", LLM, &[]),
    ),
    named(
        &["zhipu", "bigmodel", "glmapikey", "zaiapikey"],
        (ALNUM.with(b'.'), 49, 49),
        service("Zhipu AI", "an API key", "open.bigmodel.cn/usercenter/apikeys", LLM, &[]),
    ),
    named(
        &["falkey", "falaikey", "falapikey"],
        (UUID.with(b':'), 69, 69),
        service("fal", "an API key", "fal.ai/dashboard/keys", LLM, &[]),
    ),
    named(
        &["baseten"],
        (ALNUM.with(b'.'), 41, 41),
        service("Baseten", "an API key", "app.baseten.co/settings/api_keys", LLM, &[]),
    ),
    named(
        &["novita"],
        (WORD, 32, 64),
        service("Novita", "an API key", "novita.ai/settings/key-management", LLM, &[]),
    ),
    named(
        &["arkapikey", "volcengine", "doubao"],
        UUIDS,
        service("Volcengine Ark", "an API key", "console.volcengine.com/ark", LLM, &[]),
    ),
    named(
        &["datadogapp", "ddapp"],
        (HEX, 40, 40),
        service(
            "Datadog",
            "an application key",
            "app.datadoghq.com/organization-settings/application-keys",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["datadog", "ddapi"],
        (HEX, 32, 32),
        service(
            "Datadog",
            "an API key",
            "app.datadoghq.com/organization-settings/api-keys",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["twilio"],
        (HEX, 32, 32),
        service("Twilio", "an auth token", "console.twilio.com", VENDOR, &[]),
    ),
    named(
        &["cloudflare", "cfapi"],
        (WORD, 37, 40),
        service(
            "Cloudflare",
            "an API token",
            "dash.cloudflare.com/profile/api-tokens",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["heroku"],
        UUIDS,
        service("Heroku", "an API key", "dashboard.heroku.com/account", VENDOR, &[]),
    ),
    named(&["snyk"], UUIDS, service("Snyk", "an API token", "app.snyk.io/account", VENDOR, &[])),
    named(
        &["railway"],
        UUIDS,
        service("Railway", "a token", "railway.com/account/tokens", VENDOR, &[]),
    ),
    named(
        &["linode"],
        (HEX, 64, 64),
        service(
            "Linode",
            "a personal access token",
            "cloud.linode.com/profile/tokens",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["hcloud", "hetzner"],
        (ALNUM, 64, 64),
        service("Hetzner", "an API token", "console.hetzner.cloud", VENDOR, &[]),
    ),
    named(
        &["okta"],
        (WORD, 42, 42),
        service(
            "Okta",
            "an API token",
            "the organisation's admin console under Security",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["sumologic", "sumoaccess"],
        (ALNUM, 64, 64),
        service(
            "Sumo Logic",
            "an access key",
            "service.sumologic.com under Preferences",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["pagerduty"],
        (WORD.with(b'+'), 20, 20),
        service("PagerDuty", "an API key", "pagerduty.com under API access keys", VENDOR, &[]),
    ),
    named(
        &["discord"],
        (WORD.with(b'.'), 59, 80),
        service("Discord", "a token of a bot", "discord.com/developers/applications", VENDOR, &[]),
    ),
    named(
        &["azuredevops", "vststoken", "azuredevopsext"],
        (LOWER_ALNUM, 52, 52),
        service(
            "Azure DevOps",
            "a personal access token",
            "dev.azure.com under Personal access tokens",
            AZURE,
            &[],
        ),
    ),
    named(
        &["vaulttoken"],
        (ALNUM.with(b'.'), 26, 26),
        service("HashiCorp Vault", "a token", "Vault itself: vault token revoke", VENDOR, &[]),
    ),
    named(
        &["consul", "nomadtoken"],
        UUIDS,
        service(
            "HashiCorp Consul or Nomad",
            "a token",
            "the cluster's access control lists",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["algolia"],
        (HEX, 32, 32),
        service("Algolia", "an API key", "dashboard.algolia.com/account/api-keys", VENDOR, &[]),
    ),
    named(
        &["newrelic"],
        (ANY_HEX.and(UUID), 40, 40),
        service("New Relic", "a licence key", "one.newrelic.com/api-keys", VENDOR, &[]),
    ),
    named(
        &["rollbar"],
        (HEX, 32, 32),
        service(
            "Rollbar",
            "an access token",
            "app.rollbar.com under Project access tokens",
            VENDOR,
            &[],
        ),
    ),
    named(
        &["codecov"],
        UUIDS,
        service("Codecov", "an upload token", "app.codecov.io under Settings", VENDOR, &[]),
    ),
    named(
        &["postmark"],
        UUIDS,
        service("Postmark", "a server token", "account.postmarkapp.com", VENDOR, &[]),
    ),
    named(
        &["ngrok"],
        (WORD, 45, 50),
        service("ngrok", "an auth token", "dashboard.ngrok.com", VENDOR, &[]),
    ),
];

/// The service whose key a value is, under a name.
pub(crate) fn for_name(name: &str, value: &str) -> Option<&'static Issuer> {
    /// No such key is longer, and no name says more.
    const LONGEST: usize = 2000;
    if value.len() > LONGEST || name.len() > 200 {
        return None;
    }
    if let Some(issuer) = issuer_under(name, value) {
        return Some(issuer);
    }
    let is_search_key = credential::names_search_key(name);
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let is_public =
        ["public", "publishable", "keyid", "appid", "clientid"].iter().any(|it| name.contains(it));
    let is_public = is_public || is_search_key;
    let found = NAMED.iter().find(|it| {
        (it.least..=it.most).contains(&value.len())
            && value.bytes().all(|byte| it.class.has(byte))
            && it.names.iter().any(|known| name.contains(known))
    })?;
    (!is_public && body::is_spread(value, found.class.size()) && !body::is_made_up(value, false))
        .then_some(&found.service.issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_service() {
        for (name, value, service) in [
            ("MISTRAL_API_KEY", "q8Zr2LmX9vTn4KwY7pBc3HsDz5eJ1uGa", Some("Mistral AI")),
            ("mistralApiKey", "q8Zr2LmX9vTn4KwY7pBc3HsDz5eJ1uG", None),
            ("SERPER_API_KEY", "3f9a1c77d20be5486a91c04f7be2d3580c6e4b19", Some("Serper")),
            ("AWS_SECRET_ACCESS_KEY", "q8Zr2LmX9vTn4KwY7/Bc3HsDz5eJ1uGaWo+i6tVy", Some("AWS")),
            ("EXA_API_KEY", "5b0e9c1d-7a42-4f63-9c18-2d6ba0f347e1", Some("Exa")),
            ("DEEPSEEK_API_KEY", "sk-3f9a1c77d20be5486a91c04f7be2d358", Some("DeepSeek")),
            ("ALGOLIA_ADMIN_KEY", "3f9a1c77d20be5486a91c04f7be2d358", Some("Algolia")),
            ("VITE_ALGOLIA_SEARCH_KEY", "3f9a1c77d20be5486a91c04f7be2d358", None),
            ("algolia_search_api_key", "3f9a1c77d20be5486a91c04f7be2d358", None),
            ("COHERE_API_KEY", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", None),
            ("SESSION_ID", "5b0e9c1d-7a42-4f63-9c18-2d6ba0f347e1", None),
        ] {
            assert_eq!(for_name(name, value).map(|it| it.name), service, "{name}");
        }
    }
}
