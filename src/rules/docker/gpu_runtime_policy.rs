use crate::docker::package::{PackageCommand, Task};
use crate::docker::{Action, Dockerfile, Pair, Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What makes GPUs visible in containers; it belongs on the host.
const OF_THE_HOST: [&str; 5] = [
    "libnvidia-container",
    "nvidia-container-runtime",
    "nvidia-container-toolkit",
    "nvidia-docker",
    "nvidia-driver",
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for install in dockerfile.steps_of(stage).flat_map(Step::packages) {
            if install.task == Task::Install {
                runtime(&install, cx);
            }
        }
        for action in stage.actions() {
            match action {
                Action::Env(pairs) if dockerfile.is_in_image(stage) => {
                    for pair in pairs {
                        variable(dockerfile, pair, cx);
                    }
                }
                _ => {}
            }
        }
    }
}

fn runtime(install: &PackageCommand<'_>, cx: &mut Cx<'_>) {
    for package in &install.packages {
        if OF_THE_HOST.iter().any(|start| package.name.starts_with(start)) {
            cx.report(package.word.place, format!("`{}` belongs on the host, not into the image", package.name))
                .help("the host's driver and container runtime give the container its GPUs; a copy inside does nothing, or does not fit the driver");
        }
    }
}

fn variable(dockerfile: &Dockerfile, pair: &Pair, cx: &mut Cx<'_>) {
    let Some(value) = &pair.value else { return };
    let name = pair.name.text.as_str();
    match (name, value.text.as_str()) {
        ("NVIDIA_VISIBLE_DEVICES" | "CUDA_VISIBLE_DEVICES", devices) if names_devices(devices) => {
            cx.report(value.place, format!("`{name}` fixes the GPUs of every container of the image"))
                .help("which GPUs a container has is for whoever starts it to say: requests of Kubernetes, --gpus, Compose devices");
        }
        ("NVIDIA_DRIVER_CAPABILITIES", "all") => {
            cx.report(value.place, "`NVIDIA_DRIVER_CAPABILITIES` asks for all of the driver")
                .help("a service that computes needs `compute,utility`; `all` adds graphics, video and display")
                .unsafe_fix("ask for compute and utility; a service that encodes video needs more", || {
                    edit::replace(dockerfile, value.place, "compute,utility".to_owned())
                });
        }
        _ => {}
    }
}

/// Numbers or ids, not `all`, `none` or a variable.
fn names_devices(devices: &str) -> bool {
    let mut all = devices.split(',').map(str::trim).filter(|it| !it.is_empty()).peekable();
    let is_device = |device: &str| {
        device.chars().all(|c| c.is_ascii_digit() || c == ':')
            || ["GPU-", "MIG-"].iter().any(|start| device.starts_with(start))
    };
    all.peek().is_some() && all.all(is_device)
}
