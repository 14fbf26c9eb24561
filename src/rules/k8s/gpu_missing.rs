use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::{Gpus, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let runner = Runner::Container(container);
    if runner.gpus() != Gpus::None || cx.project().serves_its_node(container.workload()) {
        return;
    }
    let Some(image) = cx.process_of(runner).gpu_image() else { return };
    let at = container.grip_at(&["resources", "limits"]);
    cx.report(at, format!("{} runs an image for GPUs and asks for none", container.describe()))
        .help("it lands on any node, where the program does not start or computes on the CPU: add `nvidia.com/gpu: 1` to the limits, or take an image without CUDA")
        .related(image.place, format!("`{}` is made for a GPU", image.text));
}
