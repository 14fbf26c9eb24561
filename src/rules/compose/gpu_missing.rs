use crate::compose::Service;
use crate::project::{Gpus, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let runner = Runner::Service(service);
    if runner.gpus() != Gpus::None || service.ends_by_itself() {
        return;
    }
    let Some(image) = cx.project().process_of(runner).gpu_image() else { return };
    let at = service.grip(&["deploy", "resources", "reservations", "devices"]);
    cx.report(at, format!("{} runs an image for GPUs and is given none", runner.describe()))
        .help("containers see no GPU of their host unless they are given one: reserve a device with `capabilities: [gpu]`, or take an image without CUDA")
        .related(image.place, format!("`{}` is made for a GPU", image.text));
}
