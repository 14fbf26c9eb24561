//! What libraries are for.
//!
//! Names are those of the registries (pypi.org, npmjs.com, crates.io, pkg.go.dev, Maven Central,
//! nuget.org), what they are for is from their own descriptions. Only libraries that have no other
//! purpose are here: an HTTP client that can retry as well is no evidence that it does. Of those that
//! retry only the ones are here which do so a few times with pauses that grow, unless told otherwise;
//! what others are told stands in the code, which [`super::source`] reads.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Kind;
use crate::repo::dependencies::Ecosystem;

/// The kinds of evidence that a package is.
pub(crate) fn kinds_of(ecosystem: Ecosystem, name: &str) -> impl Iterator<Item = Kind> {
    let ecosystem = match ecosystem {
        Ecosystem::Conda => Ecosystem::Python,
        Ecosystem::Gradle => Ecosystem::Maven,
        other => other,
    };
    let exact = BY_NAME.get(&(ecosystem, name)).into_iter().flatten().copied();
    let families = FAMILIES.iter().filter(move |(of, prefix, _)| {
        // What follows is one more of the same family, not another word.
        ecosystem == *of && name.len() > prefix.len() && name.starts_with(prefix)
    });
    exact.chain(families.map(|(_, _, kind)| *kind))
}

/// Packages by the beginning of their names.
const FAMILIES: [(Ecosystem, &str, Kind); 18] = [
    (Ecosystem::Python, "opentelemetry-instrumentation-", Kind::Tracing),
    (Ecosystem::Python, "opentelemetry-exporter-", Kind::Tracing),
    (Ecosystem::Npm, "@opentelemetry/instrumentation-", Kind::Tracing),
    (Ecosystem::Npm, "@opentelemetry/exporter-", Kind::Tracing),
    (Ecosystem::Npm, "@opentelemetry/sdk-", Kind::Tracing),
    (Ecosystem::Go, "go.opentelemetry.io/contrib/instrumentation/", Kind::Tracing),
    (Ecosystem::Go, "go.opentelemetry.io/otel/exporters/", Kind::Tracing),
    (Ecosystem::Maven, "io.opentelemetry:opentelemetry-sdk", Kind::Tracing),
    (Ecosystem::Maven, "io.opentelemetry:opentelemetry-exporter-", Kind::Tracing),
    (Ecosystem::Maven, "io.opentelemetry.instrumentation:opentelemetry-", Kind::Tracing),
    (Ecosystem::NuGet, "opentelemetry.instrumentation.", Kind::Tracing),
    (Ecosystem::NuGet, "opentelemetry.exporter.", Kind::Tracing),
    (Ecosystem::Maven, "io.github.resilience4j:resilience4j-spring-boot", Kind::CircuitBreaker),
    (Ecosystem::Maven, "io.micrometer:micrometer-registry-", Kind::Metrics),
    (Ecosystem::Npm, "opossum-", Kind::CircuitBreaker),
    (Ecosystem::Bundler, "opentelemetry-instrumentation-", Kind::Tracing),
    (Ecosystem::Bundler, "opentelemetry-exporter-", Kind::Tracing),
    (Ecosystem::Composer, "open-telemetry/opentelemetry-auto-", Kind::Tracing),
];

static BY_NAME: LazyLock<HashMap<(Ecosystem, &str), Vec<Kind>>> = LazyLock::new(|| {
    let mut all: HashMap<_, Vec<Kind>> = HashMap::new();
    for (ecosystem, kind, names) in TABLE {
        for name in *names {
            all.entry((*ecosystem, *name)).or_default().push(*kind);
        }
    }
    all
});

/// By ecosystem, then by kind.
const TABLE: &[(Ecosystem, Kind, &[&str])] = &[
    (
        Ecosystem::Python,
        Kind::Authentication,
        &["authlib", "fastapi-azure-auth", "fastapi-users", "flask-jwt-extended", "python-jose"],
    ),
    (Ecosystem::Python, Kind::Batching, &["aiodataloader", "promise-dataloader", "batched"]),
    (
        Ecosystem::Python,
        Kind::Caching,
        &[
            "aiocache",
            "cachetools",
            "cashews",
            "diskcache",
            "fastapi-cache2",
            "gptcache",
            "async-lru",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::CircuitBreaker,
        &[
            "aiobreaker",
            "aiomisc-circuit-breaker",
            "circuitbreaker",
            "fastapi-cb",
            "hyx",
            "lasier",
            "purgatory",
            "pybreaker",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::ConnectionPool,
        &["asyncpg", "psycopg-pool", "sqlalchemy", "dbutils"],
    ),
    (
        Ecosystem::Python,
        Kind::Correlation,
        &["asgi-correlation-id", "django-guid", "fastapi-correlation-id", "starlette-context"],
    ),
    (
        Ecosystem::Python,
        Kind::FeatureFlags,
        &[
            "flagsmith",
            "growthbook",
            "launchdarkly-server-sdk",
            "openfeature-sdk",
            "unleashclient",
            "configcat-client",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::Guardrails,
        &[
            "guardrails-ai",
            "lakera-chainguard",
            "llm-guard",
            "nemoguardrails",
            "openai-guardrails",
            "rebuff",
        ],
    ),
    (Ecosystem::Python, Kind::LoadTest, &["locust", "molotov"]),
    (
        Ecosystem::Python,
        Kind::LogShipping,
        &[
            "azure-monitor-opentelemetry",
            "google-cloud-logging",
            "logging-loki",
            "opencensus-ext-azure",
            "python-logging-loki",
            "python-logstash",
            "python-logstash-async",
            "watchtower",
        ],
    ),
    (Ecosystem::Python, Kind::ManagedIdentity, &["azure-identity"]),
    (
        Ecosystem::Python,
        Kind::Metrics,
        &[
            "aioprometheus",
            "datadog",
            "prometheus-client",
            "prometheus-fastapi-instrumentator",
            "starlette-exporter",
            "starlette-prometheus",
            "statsd",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::PiiDetection,
        &["presidio-analyzer", "presidio-anonymizer", "scrubadub", "datafog", "piicatcher"],
    ),
    (
        Ecosystem::Python,
        Kind::RateLimit,
        &[
            "aiolimiter",
            "asyncio-throttle",
            "fastapi-limiter",
            "flask-limiter",
            "limits",
            "pyrate-limiter",
            "ratelimit",
            "slowapi",
        ],
    ),
    (Ecosystem::Python, Kind::JitteredRetry, &["opnieuw", "stamina"]),
    (Ecosystem::Python, Kind::Retry, &["aiohttp-retry", "opnieuw", "stamina"]),
    (
        Ecosystem::Python,
        Kind::SecretManager,
        &[
            "aws-secretsmanager-caching",
            "azure-keyvault-secrets",
            "doppler-sdk",
            "google-cloud-secret-manager",
            "hvac",
            "infisical-python",
            "infisicalsdk",
            "onepassword-sdk",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::StructuredLogging,
        &["ecs-logging", "json-log-formatter", "json-logging", "python-json-logger", "structlog"],
    ),
    (
        Ecosystem::Python,
        Kind::TaskQueue,
        &[
            "aio-pika",
            "aiokafka",
            "arq",
            "azure-servicebus",
            "celery",
            "confluent-kafka",
            "dramatiq",
            "faststream",
            "huey",
            "kafka-python",
            "nats-py",
            "pika",
            "procrastinate",
            "rq",
            "saq",
            "taskiq",
            "temporalio",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::Tracing,
        &[
            "arize-phoenix-otel",
            "azure-monitor-opentelemetry",
            "ddtrace",
            "langfuse",
            "logfire",
            "openinference-instrumentation",
            "openllmetry",
            "opentelemetry-distro",
            "opentelemetry-sdk",
            "traceloop-sdk",
        ],
    ),
    (
        Ecosystem::Python,
        Kind::Validation,
        &[
            "attrs-strict",
            "cerberus",
            "jsonschema",
            "marshmallow",
            "msgspec",
            "pandera",
            "pydantic",
            "voluptuous",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::Authentication,
        &[
            "express-jwt",
            "express-oauth2-jwt-bearer",
            "next-auth",
            "passport",
            "better-auth",
            "@fastify/jwt",
        ],
    ),
    (Ecosystem::Npm, Kind::Batching, &["dataloader"]),
    (
        Ecosystem::Npm,
        Kind::Caching,
        &["@isaacs/ttlcache", "cache-manager", "keyv", "lru-cache", "memjs", "node-cache"],
    ),
    (Ecosystem::Npm, Kind::CircuitBreaker, &["cockatiel", "mollitia", "opossum", "brakes"]),
    (
        Ecosystem::Npm,
        Kind::ConnectionPool,
        &["generic-pool", "pg-pool", "pg", "mysql2", "agentkeepalive"],
    ),
    (
        Ecosystem::Npm,
        Kind::Correlation,
        &[
            "correlation-id",
            "express-correlation-id",
            "express-request-id",
            "cls-rtracer",
            "nestjs-cls",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::FeatureFlags,
        &[
            "@growthbook/growthbook",
            "@launchdarkly/node-server-sdk",
            "@openfeature/server-sdk",
            "flagsmith-nodejs",
            "unleash-client",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::GracefulShutdown,
        &[
            "@godaddy/terminus",
            "close-with-grace",
            "fastify-graceful-shutdown",
            "http-graceful-shutdown",
            "http-terminator",
            "lightship",
            "stoppable",
        ],
    ),
    (Ecosystem::Npm, Kind::Guardrails, &["@openai/guardrails", "@presidio-dev/hai-guardrails"]),
    (Ecosystem::Npm, Kind::LoadTest, &["artillery", "autocannon", "k6", "loadtest"]),
    (
        Ecosystem::Npm,
        Kind::LogShipping,
        &[
            "@azure/monitor-opentelemetry",
            "@google-cloud/logging",
            "pino-loki",
            "winston-cloudwatch",
            "winston-loki",
            "winston-elasticsearch",
        ],
    ),
    (Ecosystem::Npm, Kind::ManagedIdentity, &["@azure/identity"]),
    (
        Ecosystem::Npm,
        Kind::Metrics,
        &["express-prom-bundle", "fastify-metrics", "hot-shots", "prom-client"],
    ),
    (
        Ecosystem::Npm,
        Kind::RateLimit,
        &[
            "@fastify/rate-limit",
            "@nestjs/throttler",
            "@upstash/ratelimit",
            "bottleneck",
            "express-rate-limit",
            "p-limit",
            "p-throttle",
            "rate-limiter-flexible",
        ],
    ),
    (Ecosystem::Npm, Kind::JitteredRetry, &["async-retry"]),
    (
        Ecosystem::Npm,
        Kind::Retry,
        &["async-retry", "exponential-backoff", "p-retry", "promise-retry", "retry"],
    ),
    (
        Ecosystem::Npm,
        Kind::SecretManager,
        &[
            "@1password/sdk",
            "@aws-sdk/client-secrets-manager",
            "@azure/keyvault-secrets",
            "@google-cloud/secret-manager",
            "@infisical/sdk",
            "node-vault",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::StructuredLogging,
        &["bunyan", "pino", "pino-http", "nestjs-pino", "winston"],
    ),
    (
        Ecosystem::Npm,
        Kind::TaskQueue,
        &[
            "@azure/service-bus",
            "@nestjs/bullmq",
            "@temporalio/client",
            "@temporalio/worker",
            "agenda",
            "amqplib",
            "bee-queue",
            "bull",
            "bullmq",
            "inngest",
            "kafkajs",
            "nats",
            "pg-boss",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::Tracing,
        &[
            "@azure/monitor-opentelemetry",
            "@langfuse/otel",
            "@opentelemetry/auto-instrumentations-node",
            "@traceloop/node-server-sdk",
            "@vercel/otel",
            "dd-trace",
            "langfuse",
        ],
    ),
    (
        Ecosystem::Npm,
        Kind::Validation,
        &[
            "ajv",
            "class-validator",
            "express-validator",
            "joi",
            "valibot",
            "yup",
            "zod",
            "superstruct",
        ],
    ),
    (
        Ecosystem::Cargo,
        Kind::Authentication,
        &["axum-login", "jsonwebtoken", "oauth2", "openidconnect"],
    ),
    (Ecosystem::Cargo, Kind::Caching, &["cached", "moka", "quick-cache"]),
    (Ecosystem::Cargo, Kind::CircuitBreaker, &["failsafe", "recloser", "tower-circuitbreaker"]),
    (
        Ecosystem::Cargo,
        Kind::ConnectionPool,
        &["bb8", "deadpool", "deadpool-postgres", "deadpool-redis", "mobc", "r2d2", "sqlx"],
    ),
    (Ecosystem::Cargo, Kind::FeatureFlags, &["open-feature", "unleash-api-client"]),
    (Ecosystem::Cargo, Kind::LoadTest, &["goose"]),
    (Ecosystem::Cargo, Kind::LogShipping, &["tracing-loki", "opentelemetry-appender-tracing"]),
    (Ecosystem::Cargo, Kind::ManagedIdentity, &["azure-identity"]),
    (
        Ecosystem::Cargo,
        Kind::Metrics,
        &[
            "axum-prometheus",
            "metrics",
            "metrics-exporter-prometheus",
            "prometheus",
            "prometheus-client",
        ],
    ),
    (
        Ecosystem::Cargo,
        Kind::RateLimit,
        &["governor", "tower-governor", "leaky-bucket", "ratelimit"],
    ),
    (Ecosystem::Cargo, Kind::JitteredRetry, &["backoff", "exponential-backoff", "reqwest-retry"]),
    (Ecosystem::Cargo, Kind::Retry, &["again", "backoff", "exponential-backoff", "reqwest-retry"]),
    (
        Ecosystem::Cargo,
        Kind::SecretManager,
        &[
            "aws-sdk-secretsmanager",
            "azure-security-keyvault",
            "azure-security-keyvault-secrets",
            "google-cloud-secretmanager-v1",
            "vaultrs",
        ],
    ),
    (
        Ecosystem::Cargo,
        Kind::StructuredLogging,
        &["slog-json", "tracing-bunyan-formatter", "tracing-stackdriver", "json-subscriber"],
    ),
    (Ecosystem::Cargo, Kind::TaskQueue, &["apalis", "async-nats", "lapin", "rdkafka", "fang"]),
    (
        Ecosystem::Cargo,
        Kind::Tracing,
        &[
            "opentelemetry-sdk",
            "opentelemetry-otlp",
            "tracing-opentelemetry",
            "axum-tracing-opentelemetry",
        ],
    ),
    (Ecosystem::Cargo, Kind::Validation, &["garde", "jsonschema", "nutype", "validator"]),
    (
        Ecosystem::Go,
        Kind::Authentication,
        &["github.com/coreos/go-oidc", "github.com/golang-jwt/jwt", "github.com/lestrrat-go/jwx"],
    ),
    (
        Ecosystem::Go,
        Kind::Caching,
        &[
            "github.com/allegro/bigcache",
            "github.com/dgraph-io/ristretto",
            "github.com/hashicorp/golang-lru",
            "github.com/jellydator/ttlcache",
            "github.com/maypok86/otter",
            "github.com/patrickmn/go-cache",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::CircuitBreaker,
        &[
            "github.com/afex/hystrix-go",
            "github.com/cep21/circuit",
            "github.com/eapache/go-resiliency",
            "github.com/failsafe-go/failsafe-go",
            "github.com/mercari/go-circuitbreaker",
            "github.com/rubyist/circuitbreaker",
            "github.com/sony/gobreaker",
        ],
    ),
    (Ecosystem::Go, Kind::ConnectionPool, &["github.com/jackc/pgx"]),
    (
        Ecosystem::Go,
        Kind::FeatureFlags,
        &[
            "github.com/launchdarkly/go-server-sdk",
            "github.com/open-feature/go-sdk",
            "github.com/unleash/unleash-client-go",
        ],
    ),
    (Ecosystem::Go, Kind::LoadTest, &["github.com/tsenart/vegeta", "go.k6.io/k6"]),
    (Ecosystem::Go, Kind::ManagedIdentity, &["github.com/azure/azure-sdk-for-go/sdk/azidentity"]),
    (
        Ecosystem::Go,
        Kind::Metrics,
        &[
            "github.com/prometheus/client_golang",
            "github.com/victoriametrics/metrics",
            "github.com/datadog/datadog-go",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::RateLimit,
        &[
            "github.com/didip/tollbooth",
            "github.com/go-redis/redis_rate",
            "github.com/ulule/limiter",
            "go.uber.org/ratelimit",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::JitteredRetry,
        &["github.com/avast/retry-go", "github.com/cenkalti/backoff"],
    ),
    (
        Ecosystem::Go,
        Kind::Retry,
        &[
            "github.com/avast/retry-go",
            "github.com/cenkalti/backoff",
            "github.com/hashicorp/go-retryablehttp",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::SecretManager,
        &[
            "cloud.google.com/go/secretmanager",
            "github.com/aws/aws-sdk-go-v2/service/secretsmanager",
            "github.com/azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets",
            "github.com/hashicorp/vault/api",
            "github.com/hashicorp/vault-client-go",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::StructuredLogging,
        &[
            "github.com/go-logr/zapr",
            "github.com/rs/zerolog",
            "github.com/sirupsen/logrus",
            "go.uber.org/zap",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::TaskQueue,
        &[
            "github.com/hibiken/asynq",
            "github.com/ibm/sarama",
            "github.com/nats-io/nats.go",
            "github.com/rabbitmq/amqp091-go",
            "github.com/riverqueue/river",
            "github.com/segmentio/kafka-go",
            "github.com/twmb/franz-go",
            "go.temporal.io/sdk",
        ],
    ),
    (
        Ecosystem::Go,
        Kind::Tracing,
        &["go.opentelemetry.io/otel/sdk", "gopkg.in/datadog/dd-trace-go"],
    ),
    (
        Ecosystem::Go,
        Kind::Validation,
        &[
            "github.com/go-ozzo/ozzo-validation",
            "github.com/go-playground/validator",
            "github.com/santhosh-tekuri/jsonschema",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::Authentication,
        &[
            "org.springframework.boot:spring-boot-starter-oauth2-resource-server",
            "org.springframework.boot:spring-boot-starter-security",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::Caching,
        &[
            "com.github.ben-manes.caffeine:caffeine",
            "org.springframework.boot:spring-boot-starter-cache",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::CircuitBreaker,
        &[
            "dev.failsafe:failsafe",
            "io.github.resilience4j:resilience4j-circuitbreaker",
            "io.github.resilience4j:resilience4j-all",
            "org.springframework.cloud:spring-cloud-starter-circuitbreaker-resilience4j",
            "io.quarkus:quarkus-smallrye-fault-tolerance",
        ],
    ),
    (Ecosystem::Maven, Kind::ConnectionPool, &["com.zaxxer:hikaricp"]),
    (
        Ecosystem::Maven,
        Kind::FeatureFlags,
        &[
            "com.launchdarkly:launchdarkly-java-server-sdk",
            "dev.openfeature:sdk",
            "io.getunleash:unleash-client-java",
        ],
    ),
    (Ecosystem::Maven, Kind::LoadTest, &["io.gatling.highcharts:gatling-charts-highcharts"]),
    (Ecosystem::Maven, Kind::LogShipping, &["com.github.loki4j:loki-logback-appender"]),
    (Ecosystem::Maven, Kind::ManagedIdentity, &["com.azure:azure-identity"]),
    (
        Ecosystem::Maven,
        Kind::Metrics,
        &[
            "io.micrometer:micrometer-core",
            "io.prometheus:simpleclient",
            "io.quarkus:quarkus-micrometer-registry-prometheus",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::RateLimit,
        &[
            "com.bucket4j:bucket4j-core",
            "com.bucket4j:bucket4j_jdk17-core",
            "io.github.resilience4j:resilience4j-ratelimiter",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::SecretManager,
        &[
            "com.azure:azure-security-keyvault-secrets",
            "com.google.cloud:google-cloud-secretmanager",
            "org.springframework.cloud:spring-cloud-starter-vault-config",
            "software.amazon.awssdk:secretsmanager",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::StructuredLogging,
        &[
            "net.logstash.logback:logstash-logback-encoder",
            "co.elastic.logging:logback-ecs-encoder",
            "io.quarkus:quarkus-logging-json",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::TaskQueue,
        &[
            "org.springframework.kafka:spring-kafka",
            "org.springframework.amqp:spring-rabbit",
            "org.springframework.boot:spring-boot-starter-amqp",
        ],
    ),
    (
        Ecosystem::Maven,
        Kind::Tracing,
        &["io.micrometer:micrometer-tracing-bridge-otel", "io.quarkus:quarkus-opentelemetry"],
    ),
    (
        Ecosystem::Maven,
        Kind::Validation,
        &[
            "org.hibernate.validator:hibernate-validator",
            "org.springframework.boot:spring-boot-starter-validation",
        ],
    ),
    (
        Ecosystem::NuGet,
        Kind::Authentication,
        &["microsoft.identity.web", "microsoft.aspnetcore.authentication.jwtbearer"],
    ),
    (
        Ecosystem::NuGet,
        Kind::Caching,
        &[
            "microsoft.extensions.caching.memory",
            "microsoft.extensions.caching.hybrid",
            "ziggycreatures.fusioncache",
        ],
    ),
    (
        Ecosystem::NuGet,
        Kind::CircuitBreaker,
        &[
            "microsoft.extensions.http.resilience",
            "polly",
            "polly.core",
            "microsoft.extensions.http.polly",
        ],
    ),
    (
        Ecosystem::NuGet,
        Kind::FeatureFlags,
        &[
            "microsoft.featuremanagement",
            "microsoft.featuremanagement.aspnetcore",
            "openfeature",
            "launchdarkly.serversdk",
        ],
    ),
    (Ecosystem::NuGet, Kind::LoadTest, &["nbomber"]),
    (
        Ecosystem::NuGet,
        Kind::LogShipping,
        &[
            "azure.monitor.opentelemetry.aspnetcore",
            "serilog.sinks.grafana.loki",
            "serilog.sinks.seq",
            "serilog.sinks.applicationinsights",
        ],
    ),
    (Ecosystem::NuGet, Kind::ManagedIdentity, &["azure.identity"]),
    (
        Ecosystem::NuGet,
        Kind::Metrics,
        &[
            "prometheus-net",
            "prometheus-net.aspnetcore",
            "opentelemetry.exporter.prometheus.aspnetcore",
        ],
    ),
    (Ecosystem::NuGet, Kind::JitteredRetry, &["microsoft.extensions.http.resilience"]),
    (Ecosystem::NuGet, Kind::Retry, &["microsoft.extensions.http.resilience"]),
    (
        Ecosystem::NuGet,
        Kind::SecretManager,
        &[
            "azure.extensions.aspnetcore.configuration.secrets",
            "azure.security.keyvault.secrets",
            "awssdk.secretsmanager",
            "vaultsharp",
        ],
    ),
    (
        Ecosystem::NuGet,
        Kind::StructuredLogging,
        &["serilog.aspnetcore", "serilog.formatting.compact", "nlog.web.aspnetcore"],
    ),
    (
        Ecosystem::NuGet,
        Kind::TaskQueue,
        &[
            "azure.messaging.servicebus",
            "confluent.kafka",
            "hangfire",
            "masstransit",
            "rabbitmq.client",
        ],
    ),
    (
        Ecosystem::NuGet,
        Kind::Tracing,
        &["azure.monitor.opentelemetry.aspnetcore", "opentelemetry.extensions.hosting"],
    ),
    (Ecosystem::NuGet, Kind::Validation, &["fluentvalidation", "fluentvalidation.aspnetcore"]),
    (Ecosystem::Bundler, Kind::CircuitBreaker, &["circuitbox", "semian", "stoplight"]),
    (Ecosystem::Bundler, Kind::Metrics, &["prometheus-client", "yabeda", "yabeda-prometheus"]),
    (Ecosystem::Bundler, Kind::RateLimit, &["rack-attack"]),
    (Ecosystem::Bundler, Kind::JitteredRetry, &["retriable"]),
    (Ecosystem::Bundler, Kind::Retry, &["retriable"]),
    (Ecosystem::Bundler, Kind::SecretManager, &["vault", "vault-rails", "aws-sdk-secretsmanager"]),
    (
        Ecosystem::Bundler,
        Kind::StructuredLogging,
        &["lograge", "rails_semantic_logger", "semantic_logger"],
    ),
    (Ecosystem::Bundler, Kind::TaskQueue, &["good_job", "sidekiq", "solid_queue"]),
    (Ecosystem::Bundler, Kind::Tracing, &["opentelemetry-sdk"]),
    (Ecosystem::Bundler, Kind::Validation, &["dry-validation"]),
    (Ecosystem::Composer, Kind::CircuitBreaker, &["ackintosh/ganesha"]),
    (Ecosystem::Composer, Kind::Metrics, &["promphp/prometheus_client_php"]),
    (Ecosystem::Composer, Kind::RateLimit, &["symfony/rate-limiter"]),
    (Ecosystem::Composer, Kind::StructuredLogging, &["monolog/monolog"]),
    (Ecosystem::Composer, Kind::TaskQueue, &["laravel/horizon", "symfony/messenger"]),
    (Ecosystem::Composer, Kind::Tracing, &["open-telemetry/sdk"]),
    (Ecosystem::Composer, Kind::Validation, &["symfony/validator"]),
];
