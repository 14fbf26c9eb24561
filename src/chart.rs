//! Helm charts, as far as they tell what the files in them are.
//!
//! Source: <https://helm.sh/docs/topics/charts>, "The Chart File Structure".

use std::collections::HashSet;

/// The folders of the charts among some files, each with `/` at its end; empty for the root.
#[derive(Debug, Default)]
pub(crate) struct Charts(HashSet<String>);

/// What a file of a chart is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChartPart {
    /// Values, which Helm reads as they are.
    Values,
    /// What Helm renders.
    Template,
}

impl Charts {
    /// The charts among files of those paths, which have `/` between their segments.
    pub(crate) fn among<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let folder = |path: &'a str| {
            let folder = path.strip_suffix("Chart.yaml")?;
            (folder.is_empty() || folder.ends_with('/')).then(|| folder.to_owned())
        };
        Charts(paths.into_iter().filter_map(folder).collect())
    }

    /// What the file of that path is to the chart that it lies in.
    pub(crate) fn part(&self, path: &str) -> Option<ChartPart> {
        if self.0.is_empty() {
            return None;
        }
        let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
        if is_values(name) && self.0.contains(folder) {
            return Some(ChartPart::Values);
        }
        path.match_indices("templates/")
            .filter_map(|(at, _)| path.get(..at))
            .any(|chart| self.0.contains(chart))
            .then_some(ChartPart::Template)
    }
}

/// `values.yaml`, and those of an environment: `values-prod.yaml`, `values.prod.yaml`.
fn is_values(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.and_then(|stem| stem.strip_prefix("values"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '_']))
}

/// The template that a comment of `helm template` names: `# Source: shop/templates/web.yaml`.
pub(crate) fn rendered_template(line: &str) -> Option<&str> {
    let path = line.strip_prefix("# Source: ")?.trim_end();
    let in_chart = ["/templates/", "/crds/"].iter().any(|folder| path.contains(folder));
    (in_chart && !path.contains([' ', ':'])).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_charts_are_told_by_where_they_lie() {
        let charts =
            Charts::among(["shop/Chart.yaml", "shop/charts/db/Chart.yaml", "x/NotChart.yaml"]);
        for (path, expected) in [
            ("shop/values.yaml", Some(ChartPart::Values)),
            ("shop/values-prod.yaml", Some(ChartPart::Values)),
            ("shop/values.prod.yml", Some(ChartPart::Values)),
            ("shop/valuesets.yaml", None),
            ("shop/config/values.yaml", None),
            ("values.yaml", None),
            ("shop/templates/web.yaml", Some(ChartPart::Template)),
            ("shop/templates/tests/web.yaml", Some(ChartPart::Template)),
            ("shop/charts/db/templates/web.yaml", Some(ChartPart::Template)),
            ("shop/crds/web.yaml", None),
            ("shop/mytemplates/web.yaml", None),
            ("x/templates/web.yaml", None),
        ] {
            assert_eq!(charts.part(path), expected, "{path}");
        }
        let root = Charts::among(["Chart.yaml"]);
        assert_eq!(root.part("values.yaml"), Some(ChartPart::Values));
        assert_eq!(root.part("templates/web.yaml"), Some(ChartPart::Template));
        assert_eq!(root.part("other/values.yaml"), None);
    }

    #[test]
    fn a_comment_of_helm_names_a_template() {
        for (line, expected) in [
            ("# Source: shop/templates/web.yaml", Some("shop/templates/web.yaml")),
            ("# Source: shop/crds/web.yaml\r", Some("shop/crds/web.yaml")),
            ("# Source: https://acme.io/templates/web.yaml", None),
            ("# Source: the templates/ of another team", None),
            ("  # Source: shop/templates/web.yaml", None),
            ("# source: shop/templates/web.yaml", None),
        ] {
            assert_eq!(rendered_template(line), expected, "{line}");
        }
    }
}
