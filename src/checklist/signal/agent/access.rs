//! Who may call, from where, and how often.

use super::{Told, all, any_of, proof, setting, silence};
use crate::agent::{Because, Origins};
use crate::checklist::signal::{Answer, Proof, View, code, mesh, name_of};
use crate::k8s::mesh as of_mesh;
use crate::k8s::route::{is_gateway, is_ingress};
use crate::k8s::{Object, Service};
use crate::repo::signal::Kind;

/// Ways to say who one is that expire and hold only some rights.
const STRONG: [&str; 14] = [
    "aad",
    "azure_ad",
    "azuread",
    "bearer",
    "entra",
    "entra_id",
    "jwt",
    "mtls",
    "oauth",
    "oauth2",
    "oidc",
    "openid",
    "openid_connect",
    "saml",
];

/// Every agent asks callers who they are, or what stands before it does. Nobody has to where nothing is
/// exposed.
pub(super) fn authentication(view: &View<'_>) -> Answer {
    let told = setting(view, |agent| &agent.access.authentication, |on| on);
    let lack = [
        "agent does not show that it asks who calls",
        "agents do not show that they ask who calls",
    ];
    let absent = "nothing here asks who calls";
    let asked = all(view, told, lack, absent);
    let code = code::look(view, Kind::Authentication);
    let mesh = mesh::found(view, of_mesh::authentication, "asks callers who they are", absent);
    where_exposed(view, any_of([asked, code, mesh]))
}

/// Callers show tokens, not passwords.
pub(super) fn strong_authentication(view: &View<'_>) -> Answer {
    let agents = view.agents().filter_map(|agent| {
        let (on, is_on) = agent.access.authentication.shows(|on| on)?;
        let is_strong = |scheme: &str| STRONG.contains(&scheme.to_ascii_lowercase().as_str());
        let by_scheme = agent.access.scheme.shows(is_strong);
        Some(match by_scheme.filter(|_| is_on) {
            Some((because, yes)) => (proof(agent, &because), yes),
            None if is_on => {
                let Proof { place, says } = proof(agent, &on);
                (Proof::new(place, format!("{says}, and how is not said")), false)
            }
            None => (proof(agent, &on), false),
        })
    });
    let lack = [
        "agent does not show that callers need a token",
        "agents do not show that callers need a token",
    ];
    all(view, agents.collect(), lack, "no agent here says how callers prove who they are")
}

/// Each role may do some things by name; that none but administrators may do everything is a rule's to
/// say.
pub(super) fn roles(view: &View<'_>) -> Answer {
    let agents = view.agents().filter_map(|agent| -> Option<Told> {
        // A switch says that there are roles, and nothing of what they may do.
        if let Some((because, _)) = agent.platform.access_control.shows(|on| on) {
            let text = format!("{}, and what each role may do is not said", because.text);
            return Some((proof(agent, &Because { text, ..because }), false));
        }
        let mut roles = agent.access.roles.iter().filter(|role| role.name != "auth.scopes");
        if let Some(role) = roles.find(|role| !role.permissions.is_empty()) {
            let at = role.permissions.first()?.place();
            let says = format!("{}: what `{}` may do", name_of(&agent.subject()), role.name);
            return Some((Proof::new(at, says), true));
        }
        let has_roles = agent.format() == "Paladin";
        has_roles.then(|| silence(agent, "no role says what it may do"))
    });
    let lack = ["agent without roles", "agents without roles"];
    all(view, agents.collect(), lack, "no agent here says what each role may do")
}

/// Every agent limits how often it is called.
pub(super) fn rate_limit(view: &View<'_>) -> Answer {
    let told = setting(view, |agent| &agent.access.rate_limit, |on| on);
    let lack = ["agent without a known rate limit", "agents without a known rate limit"];
    all(view, told, lack, "no agent here says how often it may be called")
}

/// Every agent lists the web sites that browsers may call it from.
pub(super) fn cors(view: &View<'_>) -> Answer {
    let mut told = setting(view, |agent| &agent.access.cors, |origins| !Origins::is_any(origins));
    told.extend(view.objects().filter_map(|object| {
        let (at, yes) = of_mesh::listed_origins(object)?;
        let says = format!("{}: the web sites that may call", name_of(&object.subject()));
        Some((Proof::new(at.place(), says), yes))
    }));
    let lack = [
        "place that does not list the web sites which may call",
        "places that do not list the web sites which may call",
    ];
    let absent = "nothing here lists the web sites that may call from browsers";
    where_exposed(view, all(view, told, lack, absent))
}

/// An answer to a question that arises only where somebody from outside can call.
fn where_exposed(view: &View<'_>, answer: Answer) -> Answer {
    let is_shown = matches!(answer, Answer::Shown(_));
    // Whoever has neither of them may expose whatever it builds by other means.
    let is_told = view.workloads().next().is_some() || view.services().next().is_some();
    if is_shown || !is_told || is_exposed(view) {
        return answer;
    }
    Answer::Moot("nothing here is exposed".to_owned())
}

/// Whether somebody from outside can call anything.
fn is_exposed(view: &View<'_>) -> bool {
    let is_way_in = |object: Object<'_>| {
        let is_route = object.kind().ends_with("Route") || object.kind() == "VirtualService";
        is_ingress(object)
            || is_gateway(object)
            || is_route
            || Service::of(object).is_some_and(|service| service.exposure().is_some())
    };
    let published = |service: crate::compose::Service<'_>| {
        service.ports().iter().any(crate::compose::Port::is_on_all_interfaces)
    };
    view.objects().any(is_way_in)
        || view.services().any(published)
        || view.agents().any(|agent| agent.access.public.on().is_some())
}
