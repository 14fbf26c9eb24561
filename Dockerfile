# docker build -t agentcheck .
# docker run --rm -v "$PWD:/project:ro" agentcheck lint

# On Alpine, Rust links musl statically: the binary needs nothing beside it.
FROM rust:1.95.0-alpine3.22 AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY rules rules
COPY src src
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release && cp target/release/agentcheck /agentcheck

FROM scratch
COPY --from=build /agentcheck /agentcheck
COPY LICENSE-APACHE LICENSE-MIT /
USER 65532:65532
WORKDIR /project
# It ends by itself; there is nothing to ask meanwhile.
HEALTHCHECK NONE
ENTRYPOINT ["/agentcheck"]
CMD ["lint"]
