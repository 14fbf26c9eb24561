use crate::diagnostic::Severity;
use crate::file::File;
use crate::repo::login::{self, How};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for login in login::of(file) {
        let name = file.source().slice(login.span);
        let (message, help) = match login.how {
            How::StoredKey(_) => continue,
            How::AzureUser => (
                "`az login` logs in as a person, with a password".to_owned(),
                "it ends where a second factor is asked for, or the person leaves: log in with a managed identity, a federated token or a service principal",
            ),
            How::AzureUserVariables => (
                "`AZURE_USERNAME` and `AZURE_PASSWORD` log in as a person".to_owned(),
                "it ends where a second factor is asked for, or the person leaves: give the workload a managed identity",
            ),
            How::Interactive => (
                format!("`{name}` waits for a person where nobody is"),
                "log in with an identity of the job: a federated token, or a service account",
            ),
            How::Mailbox(provider) => (
                format!("`{name}` is a mailbox for persons, at {provider}"),
                "such accounts are bounded to few messages a day and belong to whoever opened them: send with an account of the service",
            ),
            How::PersonalToken => (
                format!("`{name}` is called a personal token"),
                "it may do what its owner may, and ends with their account: use the job's own token, or that of an app",
            ),
        };
        let is_token = login.how == How::PersonalToken;
        let found = cx.report(file.place(login.span), message).help(help);
        if is_token {
            found.severity(Severity::Note);
        }
    }
}
