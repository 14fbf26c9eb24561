//! The Docker Official Images, which have names without a slash.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Source: github.com/docker-library/official-images, `library/`; retired ones included.
const OFFICIAL: &str = "adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall \
    arangodb archlinux backdrop bash bonita buildpack-deps busybox caddy cassandra centos chronograf \
    cirros clearlinux clefos clickhouse clojure composer convertigo couchbase couchdb crate dart debian \
    docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang fedora flink \
    fluentd friendica gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell haxe hello-world \
    hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi jenkins jetty joomla jruby julia kapacitor \
    kibana kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached \
    mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node nuxeo \
    odoo open-liberty openjdk opensuse oraclelinux orientdb percona perl photon php php-zendserver \
    phpmyadmin plone postfixadmin postgres pypy python r-base rabbitmq rakudo-star redis redmine registry \
    rethinkdb rockylinux ros ruby rust sapmachine satosa scratch silverpeas sl solr sonarqube spark \
    spiped storm swift swipl teamspeak telegraf thrift tomcat tomee traefik ubuntu unit vault varnish \
    wordpress xwiki yourls znc zookeeper";

/// Whether an image of that name, without registry and tag, is one of them.
pub(crate) fn is_official_image(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| OFFICIAL.split(' ').collect());
    NAMES.contains(name)
}
