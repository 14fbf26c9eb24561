//! What a mesh, a gateway or an Ingress does for calls on their way. See [`crate::k8s::mesh`].

use super::{Answer, Proof, Signal, View, name_of};
use crate::k8s::Object;
use crate::k8s::mesh;
use crate::k8s::route::is_ingress;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "mesh/authentication",
        about: "a gateway, a mesh or an Ingress asks callers who they are",
        look: |view| {
            let absent = "no gateway, mesh or Ingress here asks callers who they are";
            found(view, mesh::authentication, "asks callers who they are", absent)
        },
    },
    Signal {
        name: "mesh/circuit-breaker",
        about: "a mesh or a gateway stops calls of what fails",
        look: |view| {
            let absent = "no mesh or gateway here stops calls of what fails";
            found(view, mesh::breaker, "stops calls of what fails", absent)
        },
    },
    Signal {
        name: "mesh/rate-limit",
        about: "a gateway or an Ingress limits how often a client may call",
        look: |view| {
            let absent = "no gateway or Ingress here limits how often a client may call";
            found(view, mesh::rate_limit, "limits how often a client may call", absent)
        },
    },
    Signal {
        name: "mesh/retries",
        about: "a mesh or a gateway tries failed calls again, with pauses that grow",
        look: |view| {
            let absent = "no mesh or gateway here tries failed calls again";
            found(view, mesh::retries, "tries failed calls again, with pauses that grow", absent)
        },
    },
];

/// What one object is enough for, unless it is an Ingress: what one asks of callers, another one does not.
pub(super) fn found<'p>(
    view: &View<'p>,
    find: fn(Object<'p>) -> Option<Node<'p>>,
    does: &str,
    absent: &str,
) -> Answer {
    let (ingresses, others): (Vec<_>, Vec<_>) =
        view.objects().partition(|object| is_ingress(*object));
    let of = |object: Object<'p>| {
        let at = find(object).filter(|_| is_used(view, object))?;
        Some(Proof::new(at.place(), format!("{} {does}", name_of(&object.subject()))))
    };
    let others: Vec<_> = others.into_iter().filter_map(of).collect();
    if !others.is_empty() || ingresses.iter().all(|it| find(*it).is_none()) {
        return Answer::any(others, absent);
    }
    // Where callers log in, nobody can ask them to have done so.
    let asked = ingresses.into_iter().filter(|it| !leads_to_login(*it));
    let asked = asked.map(|object| {
        let silent = || {
            let says = format!("nothing says that {} {does}", name_of(&object.subject()));
            Proof::new(object.grip().place(), says)
        };
        let found = of(object);
        let does_it = found.is_some();
        (found.unwrap_or_else(silent), does_it)
    });
    Answer::demanded(asked, absent)
}

/// Whether an Ingress leads to nothing but a proxy at which callers log in.
///
/// Source: oauth2-proxy.github.io, "Configuring for use with the Nginx `auth_request` directive".
fn leads_to_login(ingress: Object<'_>) -> bool {
    let rules = ingress.node().items_at(&["spec", "rules"]);
    let paths: Vec<_> = rules.flat_map(|rule| rule.items_at(&["http", "paths"])).collect();
    let is_login = |path: &Node<'_>| {
        let service = path.at(&["backend", "service", "name"]).map_or("", Node::text);
        let path = path.at(&["path"]).map_or("", Node::text);
        service.contains("oauth2-proxy") || path == "/oauth2" || path.starts_with("/oauth2/")
    };
    !paths.is_empty() && paths.iter().all(is_login)
}

/// Whether anything takes a plugin of Kong or a middleware of Traefik, which do nothing by themselves.
///
/// Sources: developer.konghq.com, "`KongPlugin`" (`konghq.com/plugins`; `global: "true"`); doc.traefik.io,
/// "Middlewares" of routes and of Ingresses.
fn is_used(view: &View<'_>, object: Object<'_>) -> bool {
    let name = object.name();
    match object.kind() {
        "KongClusterPlugin" if is_global(object) => true,
        "KongPlugin" | "KongClusterPlugin" => view.objects().any(|it| {
            let listed = it.annotation("konghq.com/plugins");
            listed.is_some_and(|it| it.text().split(',').any(|one| one.trim() == name))
                || filters(it).any(|filter| filter.text() == name)
        }),
        "Middleware" => view.objects().any(|it| {
            let annotated = it.annotation("traefik.ingress.kubernetes.io/router.middlewares");
            let is_it = |one: &str| mesh::is_traefik_name(one.trim(), name);
            annotated.is_some_and(|it| it.text().split(',').any(is_it))
                || middlewares(it).chain(filters(it)).any(|it| it.text() == name)
        }),
        _ => true,
    }
}

fn is_global(plugin: Object<'_>) -> bool {
    let label = plugin.node().at(&["metadata", "labels", "global"]);
    label.is_some_and(|it| it.text() == "true")
}

/// The names of the middlewares that a route or a chain of Traefik takes.
fn middlewares(object: Object<'_>) -> impl Iterator<Item = Node<'_>> {
    let routes = object.node().items_at(&["spec", "routes"]);
    let of_routes = routes.flat_map(|route| route.items_at(&["middlewares"]));
    let of_chain = object.node().items_at(&["spec", "chain", "middlewares"]);
    of_routes.chain(of_chain).filter_map(|it| it.at(&["name"]))
}

/// The names of what the rules of a route of a Gateway take besides.
fn filters(object: Object<'_>) -> impl Iterator<Item = Node<'_>> {
    let rules = object.node().items_at(&["spec", "rules"]);
    let filters = rules.flat_map(|rule| rule.items_at(&["filters"]));
    filters.filter_map(|filter| filter.at(&["extensionRef", "name"]))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn ingress(name: &str, annotation: &str, path: &str) -> String {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, annotations: {{{annotation}}}}}\n\
             spec: {{rules: [{{http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: {name}}}}}}}]}}}}]}}\n---\n"
        )
    }

    #[test]
    fn what_one_ingress_says_is_not_said_of_another() {
        for (signal, annotation, lacking) in [
            (
                "mesh/authentication",
                "nginx.ingress.kubernetes.io/auth-url: 'https://login.acme.test'",
                "lacking: nothing says that Ingress `b` asks callers who they are",
            ),
            (
                "mesh/rate-limit",
                "nginx.ingress.kubernetes.io/limit-rps: '10'",
                "lacking: nothing says that Ingress `b` limits how often a client may call",
            ),
        ] {
            let of = |text: &str| ask(signal, &[("web.yaml", text)]);
            let one = ingress("a", annotation, "/");
            assert!(of(&one).starts_with("shown\nweb.yaml:3"), "{}", of(&one));
            let beside = of(&format!("{one}{}", ingress("b", "", "/")));
            assert!(beside.starts_with(lacking), "{beside}");
            let neither = of(&ingress("b", "", "/"));
            assert!(neither.starts_with("lacking: no gateway"), "{neither}");
            let login = of(&format!("{one}{}", ingress("b", "", "/oauth2")));
            assert!(login.starts_with("shown\nweb.yaml:3"), "{login}");
        }
    }

    #[test]
    fn a_middleware_limits_those_who_take_it() {
        let limit = "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: calls, namespace: shop}\n\
                     spec: {rateLimit: {average: 10}}\n---\n";
        let route = |name: &str| {
            format!(
                "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{name: web, namespace: shop}}\n\
                 spec: {{routes: [{{match: 'Host(`a`)', middlewares: [{{name: {name}}}]}}]}}\n---\n"
            )
        };
        let annotated = |name: &str| {
            let value = format!("shop-{name}@kubernetescrd");
            ingress(
                "web",
                &format!("traefik.ingress.kubernetes.io/router.middlewares: {value}"),
                "/",
            )
        };
        for (user, is_shown) in [
            (String::new(), false),
            (route("calls"), true),
            (route("headers"), false),
            (annotated("calls"), true),
            (annotated("headers"), false),
        ] {
            let said = ask("mesh/rate-limit", &[("web.yaml", &format!("{limit}{user}"))]);
            assert_eq!(said.starts_with("shown"), is_shown, "{user}: {said}");
        }
        let plugin = "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: calls}\n\
                      plugin: rate-limiting\nconfig: {minute: 60}\n---\n";
        for (plugins, is_shown) in [("'cors, calls'", true), ("cors", false)] {
            let user = ingress("web", &format!("konghq.com/plugins: {plugins}"), "/");
            let said = ask("mesh/rate-limit", &[("web.yaml", &format!("{plugin}{user}"))]);
            assert_eq!(said.starts_with("shown"), is_shown, "{plugins}: {said}");
        }
    }
}
