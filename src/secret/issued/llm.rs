//! Keys of language models, of what agents search and remember with, and of where they run.
//!
//! Sources: the documentation of each service about its keys, and keys as its guides show them.

use super::form::{ALNUM, BASE64, HEX, Key, LOWER_ALNUM, Part, UUID, WORD, key};
use super::{ANTHROPIC, LLM, OPENAI, Service, body, service};

pub(super) static SERVICES: &[Service] = &[
    service(
        "OpenAI",
        "an API key",
        "platform.openai.com/api-keys",
        OPENAI,
        &[
            key("sk-proj-", &[WORD.between(40, 200)]),
            key("sk-proj-", &[WORD.between(16, 39)]).weak().tested(is_in_all_cases),
            key("sk-svcacct-", &[WORD.between(40, 200)]),
            key("sk-service-", &[WORD.between(40, 200)])
                .tested(|key| key.body.contains(OPENAI_MARK)),
            key("sk-None-", &[WORD.between(40, 200)]),
            key("sk-", &[ALNUM.exactly(48)]).tested(|key| key.body.contains(OPENAI_MARK)),
            // Those of projects with a name of their own.
            key("sk-", &[WORD.between(48, 200)]).tested(|key| key.body.contains(OPENAI_MARK)),
        ],
    ),
    service(
        "OpenAI",
        "an admin key",
        "platform.openai.com/settings/organization/admin-keys",
        OPENAI,
        &[key("sk-admin-", &[WORD.between(40, 200)])],
    ),
    service(
        "OpenAI",
        "a session token",
        "platform.openai.com under Security",
        OPENAI,
        &[key("sess-", &[ALNUM.exactly(40)])],
    ),
    service(
        "Anthropic",
        "an API key",
        "console.anthropic.com/settings/keys",
        ANTHROPIC,
        &[
            key("sk-ant-api03-", &[WORD.between(40, 120)]),
            key("sk-ant-api", &[WORD.between(40, 120)]),
        ],
    ),
    service(
        "Anthropic",
        "an admin key",
        "console.anthropic.com/settings/admin-keys",
        ANTHROPIC,
        &[
            key("sk-ant-admin01-", &[WORD.between(40, 120)]),
            key("sk-ant-admin", &[WORD.between(40, 120)]),
        ],
    ),
    service(
        "Anthropic",
        "an OAuth token",
        "claude.ai/settings",
        ANTHROPIC,
        &[
            key("sk-ant-oat", &[WORD.between(40, 130)]),
            key("sk-ant-ort", &[WORD.between(40, 130)]),
            key("sk-ant-sid", &[WORD.between(40, 200)]),
        ],
    ),
    service(
        "Amazon Bedrock",
        "an API key",
        "console.aws.amazon.com/bedrock under API keys",
        LLM,
        &[
            // `BedrockAPIKey-` in Base64.
            key("ABSKQmVkcm9ja0FQSUtleS", &[BASE64.between(80, 280)]),
            key("bedrock-api-key-", &[BASE64.between(100, 4096)]).with_runs(),
        ],
    ),
    service(
        "OpenRouter",
        "an API key",
        "openrouter.ai/settings/keys",
        LLM,
        &[key("sk-or-v1-", &[HEX.exactly(64)]), key("sk-or-", &[WORD.between(40, 80)])],
    ),
    service(
        "Langfuse",
        "a secret key",
        "cloud.langfuse.com under API keys",
        LLM,
        &[key("sk-lf-", &[UUID.exactly(36)])],
    ),
    service(
        "Helicone",
        "an API key",
        "helicone.ai under API keys",
        LLM,
        &[
            key("sk-helicone-", &[WORD.between(20, 80)]),
            key("pk-helicone-", &[WORD.between(20, 80)]),
        ],
    ),
    service(
        "Letta",
        "an API key",
        "app.letta.com/api-keys",
        LLM,
        &[key("sk-let-", &[BASE64.between(40, 200)])],
    ),
    service(
        "DeepSeek",
        "an API key",
        "platform.deepseek.com/api_keys",
        LLM,
        &[key("sk-", &[HEX.exactly(32)]).near(&["deepseek"])],
    ),
    service(
        "Alibaba Cloud Model Studio",
        "an API key",
        "bailian.console.aliyun.com",
        LLM,
        &[key("sk-", &[HEX.exactly(32)]).near(&["dashscope", "qwen", "tongyi", "bailian"])],
    ),
    service(
        "Moonshot AI",
        "an API key",
        "platform.moonshot.ai/console/api-keys",
        LLM,
        &[key("sk-", &[ALNUM.exactly(48)]).near(&["moonshot", "kimi"])],
    ),
    service(
        "Stability AI",
        "an API key",
        "platform.stability.ai/account/keys",
        LLM,
        &[key("sk-", &[ALNUM.exactly(48)]).near(&["stability"])],
    ),
    service(
        "SiliconFlow",
        "an API key",
        "cloud.siliconflow.cn/account/ak",
        LLM,
        &[key("sk-", &[LOWER_ALNUM.exactly(48)]).near(&["siliconflow"])],
    ),
    // Many servers issue keys in the form that OpenAI began with.
    service(
        "a language model service",
        "an API key",
        "the service that issued it",
        LLM,
        &[
            key("sk-", &[ALNUM.between(32, 64)]).tested(|key| body::is_mixed(key.body)),
            key("sk-", &[WORD.between(20, 64)]).weak().tested(is_of_any_server),
        ],
    ),
    service(
        "Groq",
        "an API key",
        "console.groq.com/keys",
        LLM,
        &[key("gsk_", &[ALNUM.between(48, 56)])],
    ),
    service("xAI", "an API key", "console.x.ai", LLM, &[key("xai-", &[ALNUM.between(60, 90)])]),
    service(
        "Perplexity",
        "an API key",
        "perplexity.ai/settings/api",
        LLM,
        &[key("pplx-", &[ALNUM.between(40, 64)])],
    ),
    service(
        "Replicate",
        "an API token",
        "replicate.com/account/api-tokens",
        LLM,
        &[key("r8_", &[ALNUM.exactly(37)])],
    ),
    service(
        "Hugging Face",
        "an access token",
        "huggingface.co/settings/tokens",
        LLM,
        &[key("hf_", &[ALNUM.between(34, 40)]), key("api_org_", &[ALNUM.exactly(34)])],
    ),
    service(
        "Together AI",
        "an API key",
        "api.together.ai/settings/api-keys",
        LLM,
        &[key("tgp_v1_", &[WORD.between(40, 50)])],
    ),
    service(
        "Fireworks AI",
        "an API key",
        "fireworks.ai/account/api-keys",
        LLM,
        &[key("fw_", &[ALNUM.between(22, 24)]).weak()],
    ),
    service(
        "Cerebras",
        "an API key",
        "cloud.cerebras.ai",
        LLM,
        &[key("csk-", &[LOWER_ALNUM.exactly(48)])],
    ),
    service(
        "NVIDIA",
        "an API key",
        "build.nvidia.com/settings/api-keys",
        LLM,
        &[key("nvapi-", &[WORD.between(60, 70)])],
    ),
    service(
        "Anyscale",
        "an API key",
        "console.anyscale.com/credentials",
        LLM,
        &[key("esecret_", &[LOWER_ALNUM.between(24, 32)])],
    ),
    service(
        "Friendli",
        "a token",
        "friendli.ai under Personal settings",
        LLM,
        &[key("flp_", &[ALNUM.between(40, 50)])],
    ),
    service(
        "Voyage AI",
        "an API key",
        "dashboard.voyageai.com",
        LLM,
        &[
            key("pa-", &[WORD.exactly(43)]).weak().tested(is_in_all_cases),
            key("al-", &[WORD.exactly(43)]).weak().tested(is_in_all_cases),
        ],
    ),
    service(
        "Jina AI",
        "an API key",
        "jina.ai/api-dashboard",
        LLM,
        &[key("jina_", &[WORD.exactly(60)])],
    ),
    service(
        "Nomic",
        "an API key",
        "atlas.nomic.ai",
        LLM,
        &[key("nk-", &[WORD.exactly(43)]).weak().tested(is_in_all_cases)],
    ),
    service(
        "Pinecone",
        "an API key",
        "app.pinecone.io under API keys",
        LLM,
        &[key("pcsk_", &[ALNUM.between(5, 7), Part::Text("_"), ALNUM.between(50, 70)])],
    ),
    service(
        "Chroma",
        "an API key",
        "trychroma.com under Settings",
        LLM,
        &[key("ck-", &[ALNUM.between(43, 44)]).weak().tested(is_in_all_cases)],
    ),
    service(
        "turbopuffer",
        "an API key",
        "turbopuffer.com/dashboard",
        LLM,
        &[key("tpuf_", &[ALNUM.between(32, 40)])],
    ),
    service(
        "LangSmith",
        "an API key",
        "smith.langchain.com/settings",
        LLM,
        &[
            key("lsv2_pt_", &[HEX.exactly(32), Part::Text("_"), HEX.exactly(10)]),
            key("lsv2_sk_", &[HEX.exactly(32), Part::Text("_"), HEX.exactly(10)]),
            key("ls__", &[HEX.exactly(32)]),
        ],
    ),
    service(
        "Tavily",
        "an API key",
        "app.tavily.com",
        LLM,
        &[
            key("tvly-dev-", &[WORD.between(28, 48)]),
            key("tvly-prod-", &[WORD.between(28, 48)]),
            key("tvly-", &[ALNUM.between(28, 40)]),
        ],
    ),
    service(
        "Brave Search",
        "an API key",
        "api-dashboard.search.brave.com",
        LLM,
        &[key("BSA", &[WORD.between(26, 29)]).weak().near(&["brave"])],
    ),
    service(
        "Firecrawl",
        "an API key",
        "firecrawl.dev/app/api-keys",
        LLM,
        &[key("fc-", &[HEX.exactly(32)])],
    ),
    service(
        "Apify",
        "an API token",
        "console.apify.com/settings/integrations",
        LLM,
        &[key("apify_api_", &[ALNUM.between(34, 38)])],
    ),
    service(
        "Composio",
        "an API key",
        "platform.composio.dev",
        LLM,
        &[
            key("ak_", &[WORD.between(16, 24)]).weak().near(&["composio"]),
            key("comp_", &[ALNUM.between(20, 50)]).weak().near(&["composio"]),
        ],
    ),
    service(
        "E2B",
        "an API key",
        "e2b.dev/dashboard",
        LLM,
        &[key("e2b_", &[HEX.exactly(40)]), key("sk_e2b_", &[HEX.exactly(40)])],
    ),
    service(
        "Browserbase",
        "an API key",
        "browserbase.com/settings",
        LLM,
        &[key("bb_live_", &[WORD.between(24, 32)])],
    ),
    service(
        "Daytona",
        "an API key",
        "app.daytona.io/dashboard/keys",
        LLM,
        &[key("dtn_", &[HEX.exactly(64)])],
    ),
    service(
        "ElevenLabs",
        "an API key",
        "elevenlabs.io/app/settings/api-keys",
        LLM,
        &[key("sk_", &[HEX.exactly(48)])],
    ),
    service(
        "Cartesia",
        "an API key",
        "play.cartesia.ai/keys",
        LLM,
        &[key("sk_car_", &[ALNUM.between(20, 28)])],
    ),
    service(
        "LlamaCloud",
        "an API key",
        "cloud.llamaindex.ai",
        LLM,
        &[key("llx-", &[ALNUM.between(46, 52)])],
    ),
    service(
        "Mem0",
        "an API key",
        "app.mem0.ai/dashboard/api-keys",
        LLM,
        &[key("m0-", &[ALNUM.exactly(40)])],
    ),
    service(
        "Modal",
        "a token secret",
        "modal.com/settings/tokens",
        LLM,
        &[key("as-", &[ALNUM.exactly(22)]).weak().tested(is_in_all_cases).near(&["modal", "ak-"])],
    ),
    service(
        "RunPod",
        "an API key",
        "console.runpod.io/user/settings",
        LLM,
        &[key("rpa_", &[ALNUM.between(40, 50)])],
    ),
    service(
        "Weights & Biases",
        "an API key",
        "wandb.ai/authorize",
        LLM,
        &[key("wandb_v1_", &[WORD.between(40, 100)])],
    ),
    service(
        "Logfire",
        "a write token",
        "logfire.pydantic.dev under Write tokens",
        LLM,
        &[key("pylf_v", &[WORD.between(40, 60)])],
    ),
    service(
        "PromptLayer",
        "an API key",
        "promptlayer.com/settings",
        LLM,
        &[key("pl_", &[HEX.exactly(32)])],
    ),
    service(
        "Context7",
        "an API key",
        "context7.com/dashboard",
        LLM,
        &[key("ctx7sk-", &[UUID.exactly(36)]), key("ctx7sk_", &[UUID.exactly(36)])],
    ),
    service(
        "Cursor",
        "an API key",
        "cursor.com/dashboard",
        LLM,
        &[key("crsr_", &[HEX.exactly(64)]), key("key_", &[HEX.exactly(64)])],
    ),
    service(
        "Retell AI",
        "an API key",
        "dashboard.retellai.com",
        LLM,
        &[key("key_", &[HEX.between(26, 30)])],
    ),
    service(
        "Vercel AI Gateway",
        "an API key",
        "vercel.com under AI Gateway",
        LLM,
        &[key("vck_", &[ALNUM.between(40, 64)])],
    ),
    service(
        "Scrapfly",
        "an API key",
        "scrapfly.io/dashboard",
        LLM,
        &[key("scp-live-", &[HEX.exactly(32)])],
    ),
    service(
        "Inngest",
        "a signing key",
        "app.inngest.com under Signing keys",
        LLM,
        &[
            key("signkey-prod-", &[HEX.between(32, 64)]),
            key("signkey-branch-", &[HEX.between(32, 64)]),
        ],
    ),
    service(
        "Trigger.dev",
        "a secret key",
        "cloud.trigger.dev under API keys",
        LLM,
        &[
            key("tr_prod_", &[ALNUM.between(16, 32)]),
            key("tr_stg_", &[ALNUM.between(16, 32)]),
            key("tr_pat_", &[ALNUM.between(30, 50)]),
        ],
    ),
];

/// What all keys of `OpenAI` have: its name in Base64.
const OPENAI_MARK: &str = "T3BlbkFJ";

/// Whether there are digits, capitals and small letters, as names of things do not have.
fn is_in_all_cases(key: &Key<'_>) -> bool {
    let has = |is: fn(&u8) -> bool| key.body.as_bytes().iter().any(is);
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

/// Whether the key is of a server that follows `OpenAI` and gives its keys no kind.
fn is_of_any_server(key: &Key<'_>) -> bool {
    const KINDS: [&str; 11] = [
        "admin-",
        "ant-",
        "car_",
        "helicone-",
        "let-",
        "lf-",
        "None-",
        "or-",
        "proj-",
        "service-",
        "svcacct-",
    ];
    is_in_all_cases(key) && !KINDS.iter().any(|kind| key.body.starts_with(kind))
}
