# The service in a small image: the binary, the certificates that are trusted, and a user without rights. It holds no
# configuration and no secret: mount the one, and pass the others in the environment (UPSERTD__…).

FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin upsertd

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/target/release/upsertd /usr/local/bin/upsertd
# A number, so that an orchestrator can see that it is not root's.
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["upsertd", "healthcheck"]
ENTRYPOINT ["upsertd"]
CMD ["serve", "--config", "/etc/upsertd/upsertd.toml"]
