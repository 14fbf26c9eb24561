use crate::docker::Dockerfile;
use crate::docker::package::{PackageCommand, Task};
use crate::docker::shell::SimpleCommand;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Packages that `nvidia/cuda` images hold already, by how their names begin.
const OF_CUDA: [&str; 5] =
    ["cuda-libraries", "cuda-runtime", "cuda-toolkit", "libcublas", "nvidia-cuda-toolkit"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let base = dockerfile.origin(stage).resolved_image().map(ImageRef::parse);
        let cuda = base.filter(|image| image.repository == "nvidia/cuda");
        let version = cuda.and_then(|image| image.tag).and_then(cuda_version);
        for step in dockerfile.steps_of(stage) {
            for install in step.packages_where(|_, task| task == Task::Install) {
                if let Some(version) = version {
                    wheels(&install, version, cx);
                }
                if cuda.is_some() {
                    packages(&install, cx);
                }
            }
            for (_, command) in step.commands() {
                queries(command, cx);
            }
        }
    }
}

/// `(12, 4)` of `12.4.1-runtime-ubuntu22.04`.
fn cuda_version(tag: &str) -> Option<(u32, u32)> {
    let mut numbers = tag.split(['.', '-']).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The version that an address or a version of a wheel names: `(12, 1)` of `.../whl/cu121`.
fn wheel_version(text: &str) -> Option<(u32, u32)> {
    let (_, rest) = text.split_once("/cu").or_else(|| text.split_once("+cu"))?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (major, minor) = rest.get(..digits)?.split_at_checked(2)?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn wheels(install: &PackageCommand<'_>, base: (u32, u32), cx: &mut Cx<'_>) {
    if !install.manager.is_python() {
        return;
    }
    let mut said = Vec::new();
    for word in &install.command.words {
        let Some(wheel) = wheel_version(&word.text) else { continue };
        // Within a major version the driver decides, and an older wheel runs on a newer one.
        if wheel.0 == base.0 && wheel.1 <= base.1 || said.contains(&wheel) {
            continue;
        }
        said.push(wheel);
        let ((major, minor), (base_major, base_minor)) = (wheel, base);
        cx.report(word.place, format!("wheels for CUDA {major}.{minor} on a base image of CUDA {base_major}.{base_minor}"))
            .help("two versions of CUDA are in the image, and extensions that are built in it do not fit the wheels: take wheels and base of one version");
    }
}

fn packages(install: &PackageCommand<'_>, cx: &mut Cx<'_>) {
    if !install.manager.is_apt() && !install.manager.is_rpm() {
        return;
    }
    for package in &install.packages {
        if OF_CUDA.iter().any(|start| package.name.starts_with(start)) {
            cx.report(package.word.place, format!("`{}` is in the base image already", package.name))
                .help("a second copy of CUDA costs gigabytes and may be of another version: choose the base, runtime or devel image that has what is needed");
        }
    }
}

fn queries(command: &SimpleCommand, cx: &mut Cx<'_>) {
    let Some(invocation) = command.invocation() else { return };
    let asks = |text: &str| {
        ["torch.cuda.is_available()", "torch.cuda.get_device", "torch.cuda.device_count()"]
            .iter()
            .any(|it| text.contains(it))
            || text.contains("list_physical_devices('GPU')")
    };
    let runs_python = invocation.name().starts_with("python");
    let word = match invocation.name() {
        "nvidia-smi" => Some(invocation.program),
        _ if runs_python => invocation.arguments.iter().find(|word| asks(&word.text)),
        _ => None,
    };
    if let Some(word) = word {
        cx.report(word.place, "asks for a GPU while the image is built, where there is none")
            .help("the step fails, or writes into the image that there is no GPU: ask when the container starts");
    }
}
