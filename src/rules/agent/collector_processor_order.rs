use crate::agent::Collector;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    for pipeline in &collector.pipelines {
        let at = |index: usize| pipeline.processors.get(index).copied();
        if let Some(limiter) = pipeline.position("memory_limiter").filter(|it| *it > 0).and_then(at)
        {
            cx.report(
                limiter,
                format!("`{}` is not the first processor of the pipeline", limiter.text()),
            )
            .help("what stands before it has used the memory already when data is refused");
        }
        let samplers = ["probabilistic_sampler", "tail_sampling", "filter"];
        let last = samplers.iter().filter_map(|it| pipeline.last_position(it)).max();
        let batch =
            pipeline.position("batch").filter(|batch| last.is_some_and(|last| *batch < last));
        if let Some(batch) = batch.and_then(at) {
            cx.report(batch, format!("`{}` stands before what drops data", batch.text()))
                .help("batches are torn apart again behind it: put it last");
        }
    }
}
