//! What a process is told to take of memory, CPUs and GPUs, held against what it is given.

use super::process::Process;
use super::{Project, Runner};
use crate::command::{Word, file_name, option};
use crate::compose::{self, Resource, interpolated};
use crate::docker::Dockerfile;
use crate::image::ImageRef;
use crate::k8s::quantity::Quantity;
use crate::k8s::{Container, is_templated};
use crate::source::Place;
use crate::tree::Node;

const KIBI: f64 = 1024.0;
const MEBI: f64 = KIBI * KIBI;
const GIBI: f64 = MEBI * KIBI;

/// How much of something a runner may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit<'p> {
    /// Bytes, or cores.
    pub(crate) amount: f64,
    pub(crate) at: Node<'p>,
}

impl<'p> Runner<'p> {
    /// How much memory it may take, where that is stated as a number of bytes.
    pub(crate) fn memory_limit(self) -> Option<Limit<'p>> {
        match self {
            Runner::Container(container) => stated_limit(container, "memory"),
            Runner::Service(service) => {
                let (at, amount) = service.stated_limit(Resource::Memory)?;
                Some(Limit { amount, at })
            }
        }
    }

    /// How many cores it may use, where that is stated as a number.
    pub(crate) fn cpu_limit(self) -> Option<Limit<'p>> {
        match self {
            Runner::Container(container) => stated_limit(container, "cpu"),
            Runner::Service(service) => {
                let (at, amount) = service.stated_limit(Resource::Cpu)?;
                Some(Limit { amount, at })
            }
        }
    }

    /// What gives it GPUs; nothing where nothing does.
    pub(crate) fn gpus(self) -> Gpus {
        match self {
            Runner::Container(container) => gpus_of_container(container),
            Runner::Service(service) => gpus_of_service(service),
        }
    }

    /// Whether something else than 64 MiB is mounted at `/dev/shm`, or a variable may say so.
    pub(crate) fn has_own_shared_memory(self) -> bool {
        const PATH: &str = "/dev/shm";
        match self {
            Runner::Container(container) => {
                let mounts = container.node().at(&["volumeMounts"]);
                let is_there = |mount: Node<'_>| {
                    let path = mount.at(&["mountPath"]).map_or("", Node::text);
                    path.trim_end_matches('/') == PATH || is_templated(path)
                };
                let pod = container.workload().pod_spec();
                let host = pod.and_then(|pod| pod.at(&["hostIPC"]));
                mounts.is_some_and(|list| list.is_scalar() || list.items().any(is_there))
                    || host.is_some_and(|host| host.as_bool() != Some(false))
            }
            Runner::Service(service) => {
                let node = service.node();
                let lists = ["volumes", "tmpfs"].into_iter().filter_map(|key| node.at(&[key]));
                let mut items =
                    lists.flat_map(|list| list.items().chain(list.is_scalar().then_some(list)));
                let is_there = |item: Node<'_>| {
                    let target = item.at(&["target"]).unwrap_or(item);
                    target.text().contains(PATH)
                };
                ["shm_size", "ipc"].iter().any(|key| node.at(&[key]).is_some())
                    || items.any(is_there)
            }
        }
    }
}

/// The GPUs that a runner is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gpus {
    None,
    /// So many of them, by the word at that place.
    Some(i64, Place),
    /// Some, or perhaps some.
    Unknown,
}

fn stated_limit<'p>(container: Container<'p>, resource: &str) -> Option<Limit<'p>> {
    let path = ["resources", "limits", resource];
    let of_pod = || container.workload().pod_spec()?.at(&path);
    let at = container.node().at(&path).or_else(of_pod)?;
    let amount = Quantity::parse(at.text()).filter(|it| !it.is_zero())?.as_f64();
    Some(Limit { amount, at })
}

/// GPUs are resources with the name of who makes them (`nvidia.com/gpu`), claims, or come with the runtime
/// class or with the right to every device.
///
/// Sources: kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus and
/// /docs/concepts/scheduling-eviction/dynamic-resource-allocation; the documentation of the NVIDIA GPU operator.
fn gpus_of_container(container: Container<'_>) -> Gpus {
    let node = container.node();
    let resources = node.at(&["resources"]);
    let amounts = ["limits", "requests"].into_iter();
    let amounts = amounts.filter_map(|kind| resources?.at(&[kind]));
    let is_open = resources.is_some_and(Node::is_scalar)
        || amounts.clone().any(Node::is_scalar)
        || resources.is_some_and(|resources| resources.at(&["claims"]).is_some());
    let of_device = |key: &str| key.contains('/') && !key.starts_with("hugepages-");
    let stated = amounts.flat_map(Node::entries).find(|entry| of_device(entry.key.text()));
    if let Some(entry) = stated {
        return match entry.value.as_int().or_else(|| entry.value.text().parse().ok()) {
            Some(0) => Gpus::None,
            Some(count) if entry.key.text().ends_with("/gpu") => {
                Gpus::Some(count, entry.value.place())
            }
            _ => Gpus::Unknown,
        };
    }
    let workload = container.workload();
    let pod = workload.pod_spec();
    let has_class = pod.is_some_and(|pod| {
        ["runtimeClassName", "resourceClaims"].iter().any(|key| pod.at(&[key]).is_some())
    });
    let is_annotated = workload.annotations().any(|entry| entry.key.text().contains("gpu"));
    let sees_devices = node.at(&["env"]).into_iter().flat_map(Node::items).any(|entry| {
        entry.at(&["name"]).is_some_and(|name| name.text() == "NVIDIA_VISIBLE_DEVICES")
    });
    if is_open || has_class || is_annotated || sees_devices || container.is_privileged() {
        Gpus::Unknown
    } else {
        Gpus::None
    }
}

/// Source: docs.docker.com/compose/how-tos/gpu-support; Compose specification, `gpus`, `runtime`.
fn gpus_of_service(service: compose::Service<'_>) -> Gpus {
    let node = service.node();
    let devices = node.at(&["deploy", "resources", "reservations", "devices"]);
    let generic = node.at(&["deploy", "resources", "reservations", "generic_resources"]);
    let gpus = node.at(&["gpus"]).or(devices).or(generic);
    if let Some(gpus) = gpus {
        return gpus_of_list(gpus);
    }
    let sees_devices = service.environment().iter().any(|it| it.name == "NVIDIA_VISIBLE_DEVICES");
    let others = ["runtime", "devices", "privileged", "device_cgroup_rules"];
    if sees_devices || others.iter().any(|key| node.at(&[key]).is_some()) {
        Gpus::Unknown
    } else {
        Gpus::None
    }
}

/// What `gpus` or the devices of a reservation give: `all`, or items with a count or with ids.
fn gpus_of_list(list: Node<'_>) -> Gpus {
    let is_all = |node: Node<'_>| interpolated(node).as_deref() == Some("all");
    if is_all(list) {
        return Gpus::Some(1, list.place());
    }
    let is_gpu = |item: &Node<'_>| {
        let capabilities = item.at(&["capabilities"]).into_iter().flat_map(Node::items);
        capabilities.map(Node::text).any(|it| it == "gpu")
            || item.at(&["driver"]).is_some_and(|driver| driver.text() == "nvidia")
    };
    let Some(item) = list.items().find(is_gpu) else { return Gpus::Unknown };
    let ids = item.at(&["device_ids"]).map_or(0, |ids| ids.items().len());
    let count = match item.at(&["count"]) {
        Some(count) if is_all(count) => Some(1),
        Some(count) => interpolated(count).and_then(|text| text.parse().ok()),
        None => i64::try_from(ids.max(1)).ok(),
    };
    count.map_or(Gpus::Unknown, |count| Gpus::Some(count, item.place()))
}

/// A part of the memory that a program is told to take.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    /// What it is for, as messages name it.
    pub(crate) what: &'static str,
    /// What says so: `-Xmx4g`, `GOMEMLIMIT=4GiB`.
    pub(crate) said: String,
    pub(crate) bytes: f64,
    pub(crate) place: Place,
}

/// A program that is told to take more of the memory than is good for it.
#[derive(Debug)]
pub(crate) struct Overcommitment<'p> {
    pub(crate) limit: Limit<'p>,
    pub(crate) allowance: Allowance,
    /// Of the limit.
    pub(crate) percent: i64,
}

impl Allowance {
    /// What stands there, for people.
    pub(crate) fn describe(&self) -> String {
        format!("`{}` is said here", self.said)
    }
}

impl Overcommitment<'_> {
    /// What is wrong, for people.
    pub(crate) fn describe(&self, runner: Runner<'_>) -> String {
        let Allowance { what, said, .. } = &self.allowance;
        let (percent, who) = (self.percent, runner.describe());
        format!("`{said}` gives {what} {percent} % of the memory that {who} may take")
    }

    /// Why it matters, for people.
    pub(crate) fn help(&self) -> &'static str {
        if self.percent < 100 {
            "threads, buffers and the program itself need room beside it: stay at three quarters, or raise the limit"
        } else {
            "the kernel kills the program before it has used what it was told that it may: stay at three quarters of the limit, or raise that"
        }
    }
}

/// Processes of one kind that a command starts side by side.
#[derive(Debug)]
pub(crate) struct Workers {
    /// What starts them.
    pub(crate) program: &'static str,
    pub(crate) count: i64,
    pub(crate) place: Place,
}

/// Threads that a program starts to compute.
#[derive(Debug)]
pub(crate) struct Threads {
    pub(crate) count: i64,
    pub(crate) said: String,
    pub(crate) place: Place,
}

/// Variables that hold options of Java, the weakest first: those of the machine itself, then those that
/// scripts of well-known programs hand on.
///
/// Source: docs.oracle.com, "The java Command", and "The `JDK_JAVA_OPTIONS` Environment Variable".
const JAVA: [&str; 9] = [
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "JAVA_OPTS",
    "JVM_OPTS",
    "CATALINA_OPTS",
    "ES_JAVA_OPTS",
    "OPENSEARCH_JAVA_OPTS",
    "LS_JAVA_OPTS",
    "KAFKA_HEAP_OPTS",
];

/// Variables by which libraries and runtimes choose how many threads compute at once.
///
/// Sources: the documentation of `OpenMP`, MKL, `OpenBLAS`, `NumExpr`, Rayon and Go's `runtime`.
const THREADS: [&str; 6] = [
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "GOMAXPROCS",
];

/// Servers that start worker processes, each of which loads the whole program.
const SERVERS: [&str; 8] =
    ["gunicorn", "uvicorn", "fastapi", "hypercorn", "granian", "celery", "litellm", "uwsgi"];

/// Images that are made to run on a GPU, by registry and start of the repository.
///
/// Sources: the publishers' own documentation of their images, 2026-11.
const GPU_IMAGES: [(&str, &str); 10] = [
    ("docker.io", "nvidia/cuda"),
    ("docker.io", "vllm/vllm-openai"),
    ("docker.io", "lmsysorg/sglang"),
    ("docker.io", "pytorch/pytorch"),
    ("docker.io", "tensorflow/tensorflow"),
    ("ghcr.io", "huggingface/text-generation-inference"),
    ("nvcr.io", "nim/"),
    ("nvcr.io", "nvidia/cuda"),
    ("nvcr.io", "nvidia/pytorch"),
    ("nvcr.io", "nvidia/vllm"),
];

/// Whether an image is made to run on a GPU.
pub(crate) fn is_for_gpu(image: &str) -> bool {
    let image = ImageRef::parse(image);
    let registry = match image.registry {
        None | Some("index.docker.io" | "registry-1.docker.io") => "docker.io",
        Some(registry) => registry,
    };
    let tag = image.tag.unwrap_or_default();
    let has = |word: &str| tag.split(['-', '_', '.']).any(|it| it.starts_with(word));
    let known = |(host, path): &(&str, &str)| {
        *host == registry
            && image
                .repository
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
    };
    let others = ["cpu", "intel", "xeon", "neuron", "tpu", "xpu", "gaudi"];
    GPU_IMAGES.iter().any(known)
        && !others.iter().any(|word| has(word))
        && match image.repository {
            "pytorch/pytorch" => has("cuda"),
            "tensorflow/tensorflow" => has("gpu"),
            _ => true,
        }
}

impl<'p> Process<'p> {
    /// The setting by which a program takes more than that percentage of the memory limit.
    pub(crate) fn overcommitment(&self, limit: Limit<'p>, most: i64) -> Option<Overcommitment<'p>> {
        let found = [
            self.java_heap(limit.amount),
            self.node_heap(),
            self.go_limit(),
            self.redis_memory(),
            self.postgres_buffers(),
            self.memcached_memory(),
            self.vllm_cache(),
        ];
        let percent = |it: &Allowance| whole(it.bytes * 100.0 / limit.amount);
        let largest = found.into_iter().flatten().max_by(|a, b| a.bytes.total_cmp(&b.bytes))?;
        let percent = percent(&largest);
        (percent > most).then_some(Overcommitment { limit, allowance: largest, percent })
    }

    /// The largest heap of a Java machine. A stated size hides a share of the memory.
    ///
    /// Source: docs.oracle.com, "The java Command".
    fn java_heap(&self, limit: f64) -> Option<Allowance> {
        let mut words: Vec<Word> = JAVA.iter().flat_map(|name| self.options_in(name)).collect();
        // Behind the archive stand the arguments of the program in it.
        let mut is_behind = false;
        for word in self.words() {
            is_behind &= file_name(&word.text) != "java";
            if !is_behind {
                words.push(word.clone());
            }
            is_behind |= word.text == "-jar";
        }
        words.extend(self.options_in("_JAVA_OPTIONS"));
        let stated = |start: &str| {
            let mut all = words.iter().rev();
            all.find_map(|it| Some((it, it.text.strip_prefix(start)?)))
        };
        let size = stated("-Xmx").or_else(|| stated("-XX:MaxHeapSize="));
        let (said, bytes) = if let Some((said, size)) = size {
            (said, scaled(size, &[("k", KIBI), ("m", MEBI), ("g", GIBI)])?)
        } else {
            let (said, percent) = stated("-XX:MaxRAMPercentage=")?;
            (said, percent.parse::<f64>().ok()? / 100.0 * limit)
        };
        Some(allowance("the Java heap", said.text.clone(), bytes, said.place))
    }

    /// The heap of Node.js, in mebibytes.
    ///
    /// Source: nodejs.org/api/cli.html, `--max-old-space-size`.
    fn node_heap(&self) -> Option<Allowance> {
        let mut words = self.options_in("NODE_OPTIONS");
        words.extend(self.words().iter().cloned());
        let sized = words.iter().rev().find_map(|it| {
            let name = it.text.replace('_', "-");
            Some((it, name.strip_prefix("--max-old-space-size=")?.parse::<f64>().ok()?))
        });
        let (said, size) = sized?;
        Some(allowance("the heap of Node.js", said.text.clone(), size * MEBI, said.place))
    }

    /// Source: pkg.go.dev/runtime, "Environment Variables".
    fn go_limit(&self) -> Option<Allowance> {
        const UNITS: [(&str, f64); 5] =
            [("B", 1.0), ("KiB", KIBI), ("MiB", MEBI), ("GiB", GIBI), ("TiB", GIBI * KIBI)];
        let said = self.variable("GOMEMLIMIT")?;
        let bytes = exact(&said.text, &UNITS)?;
        Some(allowance("the Go runtime", format!("GOMEMLIMIT={}", said.text), bytes, said.place))
    }

    /// Source: redis.io, "Redis configuration file example", units.
    fn redis_memory(&self) -> Option<Allowance> {
        const UNITS: [(&str, f64); 6] =
            [("k", 1e3), ("kb", KIBI), ("m", 1e6), ("mb", MEBI), ("g", 1e9), ("gb", GIBI)];
        let is_redis = self.program(&["redis-server", "valkey-server"]).is_some()
            || self.is_of_image(&["redis", "valkey"]);
        let said = self.flag(&["--maxmemory"]).filter(|_| is_redis)?;
        let bytes = scaled(&said.text, &UNITS)?;
        Some(allowance(
            "the data of Redis",
            format!("--maxmemory {}", said.text),
            bytes,
            said.place,
        ))
    }

    /// Source: postgresql.org/docs/current/runtime-config-resource.html, `shared_buffers`, in blocks of 8 KiB.
    fn postgres_buffers(&self) -> Option<Allowance> {
        let said = self.postgres_setting("shared_buffers")?;
        let bytes = match said.text.parse::<f64>() {
            Ok(blocks) => blocks * 8.0 * KIBI,
            Err(_) => exact(&said.text, &[("B", 1.0), ("kB", KIBI), ("MB", MEBI), ("GB", GIBI)])?,
        };
        let text = format!("shared_buffers={}", said.text);
        Some(allowance("the buffers of PostgreSQL", text, bytes, said.place))
    }

    /// What the command sets of `PostgreSQL`: `-c name=value`, `--name=value`.
    pub(crate) fn postgres_setting(&self, name: &str) -> Option<Word> {
        let value = |word: &Word| {
            let text = word.text.strip_prefix("-c").or_else(|| word.text.strip_prefix("--"));
            let (stated, value) = text.unwrap_or(&word.text).split_once('=')?;
            let is_it = stated.replace('-', "_") == name;
            is_it.then(|| Word { text: value.trim_matches('\'').to_owned(), place: word.place })
        };
        self.words().iter().rev().find_map(value)
    }

    /// Source: github.com/memcached/memcached, `memcached -h`: mebibytes.
    fn memcached_memory(&self) -> Option<Allowance> {
        let is_memcached =
            self.program(&["memcached"]).is_some() || self.is_of_image(&["memcached"]);
        let said = self.flag(&["-m", "--memory-limit"]).filter(|_| is_memcached)?;
        let bytes = said.text.parse::<f64>().ok()? * MEBI;
        Some(allowance("the data of memcached", format!("-m {}", said.text), bytes, said.place))
    }

    /// Source: docs.vllm.ai, "CPU", `VLLM_CPU_KVCACHE_SPACE`: gibibytes.
    fn vllm_cache(&self) -> Option<Allowance> {
        const NAME: &str = "VLLM_CPU_KVCACHE_SPACE";
        let said = self.variable(NAME)?;
        let bytes = said.text.parse::<f64>().ok()? * GIBI;
        Some(allowance("the cache of vLLM", format!("{NAME}={}", said.text), bytes, said.place))
    }

    /// The worker processes that the command starts, where it says how many.
    ///
    /// Sources: docs.gunicorn.org/en/stable/settings.html; uvicorn.dev/settings; the command lines of Hypercorn,
    /// Granian, Celery and `LiteLLM`.
    pub(crate) fn workers(&self) -> Option<Workers> {
        let program = self.program(&SERVERS)?;
        let flags: &[&str] = match program.name {
            "gunicorn" | "hypercorn" => &["--workers", "-w"],
            "celery" => &["--concurrency", "-c"],
            "litellm" => &["--num_workers"],
            "uwsgi" => &["--processes", "--workers", "-p"],
            _ => &["--workers"],
        };
        let variables: &[&str] = match program.name {
            "gunicorn" | "fastapi" => &["WEB_CONCURRENCY"],
            "uvicorn" => &["UVICORN_WORKERS", "WEB_CONCURRENCY"],
            "granian" => &["GRANIAN_WORKERS"],
            "litellm" => &["NUM_WORKERS"],
            _ => &[],
        };
        // Threads and green threads of one process share what it loads.
        let pool = program.option(&["--pool", "-P"]).filter(|_| program.name == "celery");
        if pool.is_some_and(|pool| pool.text != "prefork") {
            return None;
        }
        let options = self.options_in("GUNICORN_CMD_ARGS");
        let of_options = || option(&options, flags).filter(|_| program.name == "gunicorn");
        let of_variables = || variables.iter().find_map(|name| self.variable(name));
        let said = program.option(flags).or_else(of_options).or_else(of_variables)?;
        let count = said.text.parse().ok().filter(|count| *count > 0)?;
        Some(Workers { program: program.name, count, place: said.place })
    }

    /// The workers of which each has less of a memory limit than so many mebibytes, and how many it has.
    pub(crate) fn crowded_workers(&self, limit: Limit<'_>, least: i64) -> Option<(Workers, i64)> {
        let workers = self.workers().filter(|workers| workers.count > 1 && !self.preloads())?;
        let all = u32::try_from(workers.count).map_or(f64::MAX, f64::from);
        let share = whole(limit.amount / MEBI / all);
        (share < least).then_some((workers, share))
    }

    /// The threads that are more than the CPUs of a limit.
    pub(crate) fn crowded_threads(&self, limit: Limit<'_>) -> Option<Threads> {
        self.threads().filter(|threads| threads.count > whole(limit.amount.ceil()))
    }

    /// What needs more shared memory than the 64 MiB that containers have, and where that is said.
    pub(crate) fn needs_shared_memory(&self) -> Option<(&'static str, Word)> {
        let browser = self.browser_image().map(|said| ("a browser", said));
        browser.or_else(|| Some(("processes on several GPUs", self.parallel_gpus()?)))
    }

    /// Whether nothing here tells how much memory it may need, not even as a guess: models, what runs on GPUs,
    /// and files in shared memory take gigabytes, or hundreds of them.
    pub(crate) fn may_need_any_memory(&self) -> bool {
        self.project.serves_a_model(self.runner)
            || matches!(self.runner.gpus(), Gpus::Some(..))
            || self.runner.has_own_shared_memory()
            || self.needs_shared_memory().is_some()
    }

    /// Whether the workers share what the program loads before they part.
    pub(crate) fn preloads(&self) -> bool {
        let options = self.options_in("GUNICORN_CMD_ARGS");
        let is_one = |it: &Word| ["--preload", "--preload-app"].contains(&it.text.as_str());
        self.words().iter().chain(&options).any(is_one)
    }

    /// The most threads that a variable lets a library start to compute.
    pub(crate) fn threads(&self) -> Option<Threads> {
        let read = |name: &&str| {
            let said = self.variable(name)?;
            let count = said.text.trim().parse().ok()?;
            Some(Threads { count, said: format!("{name}={}", said.text), place: said.place })
        };
        THREADS.iter().filter_map(read).max_by_key(|threads| threads.count)
    }

    /// The image that is made for a GPU: the base of what is built, or what is run.
    pub(crate) fn gpu_image(&self) -> Option<Word> {
        let found = match self.image() {
            Some(image) => {
                let place = image.origin.image()?.place;
                Word { text: image.origin.resolved_image()?.to_owned(), place }
            }
            None => self.image_name()?,
        };
        is_for_gpu(&found.text).then_some(found)
    }

    /// What makes the processes of a model server talk by shared memory: several GPUs.
    ///
    /// Sources: docs.vllm.ai/en/latest/deployment/docker.html; docs.sglang.ai/start/install.html;
    /// huggingface.co/docs/text-generation-inference.
    pub(crate) fn parallel_gpus(&self) -> Option<Word> {
        const FLAGS: [&str; 5] =
            ["--tensor-parallel-size", "-tp", "--tp-size", "--tp", "--num-shard"];
        let servers = ["vllm", "vllm-openai", "sglang", "text-generation-inference"];
        let own = self.image().and_then(|image| image.base()).map(ImageRef::parse);
        let is_server = self.is_of_image(&servers)
            || own.is_some_and(|base| servers.contains(&base.short_name()))
            || self.program(&["vllm", "text-generation-launcher"]).is_some()
            || self.words().iter().any(|it| {
                ["vllm.entrypoints", "sglang.launch"].iter().any(|start| it.text.starts_with(start))
            });
        let is_of_hugging_face = || {
            self.is_of_image(&["text-generation-inference"])
                || own.is_some_and(|base| base.short_name() == "text-generation-inference")
                || self.program(&["text-generation-launcher"]).is_some()
        };
        let by_variable = || self.variable("NUM_SHARD").filter(|_| is_of_hugging_face());
        let said = self.flag(&FLAGS).filter(|_| is_server).or_else(by_variable)?;
        (said.text.parse::<i64>().ok()? > 1).then_some(said)
    }

    /// The image with a browser that its publisher asks shared memory for.
    ///
    /// Source: github.com/SeleniumHQ/docker-selenium, "Quick start".
    pub(crate) fn browser_image(&self) -> Option<Word> {
        let stated = match self.image() {
            Some(image) => {
                let place = image.origin.image()?.place;
                Word { text: image.origin.resolved_image()?.to_owned(), place }
            }
            None => self.image_name()?,
        };
        let repository = ImageRef::parse(&stated.text).repository;
        let name = repository.strip_prefix("selenium/")?;
        let has_browser = ["standalone-", "node-"].iter().any(|start| name.starts_with(start))
            && !["docker", "base", "kubernetes"].iter().any(|end| name.ends_with(end));
        has_browser.then_some(stated)
    }
}

impl<'p> Project<'p> {
    /// Who runs the image of the last stage of a Dockerfile with a GPU, and what gives it.
    pub(crate) fn runners_with_gpu(&self, dockerfile: &Dockerfile) -> Vec<(Runner<'p>, Place)> {
        const MOST: usize = 16;
        let services = self.services_running(dockerfile).iter().copied().map(Runner::Service);
        let containers = self.containers_running(dockerfile).iter().copied();
        let runners = containers.map(Runner::Container).chain(services);
        let with_gpu = runners.filter_map(|runner| match runner.gpus() {
            Gpus::Some(count, place) if count > 0 => Some((runner, place)),
            _ => None,
        });
        let last = dockerfile.final_stage();
        let runs_last = |(runner, _): &(Runner<'p>, Place)| {
            let image = self.image_of(*runner);
            image.zip(last).is_some_and(|(image, last)| image.stage.is(last))
        };
        with_gpu.filter(runs_last).take(MOST).collect()
    }
}

fn allowance(what: &'static str, said: String, bytes: f64, place: Place) -> Allowance {
    Allowance { what, said, bytes, place }
}

#[allow(clippy::cast_possible_truncation)] // what is larger is as large as it gets
fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A number with one of those units, in whatever case.
fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    exact(&text.to_ascii_lowercase(), units)
}

/// A number with one of those units, or none, which stands for one.
fn exact(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let factor = match unit {
        "" => 1.0,
        unit => units.iter().find(|(known, _)| *known == unit)?.1,
    };
    let number: f64 = number.parse().ok()?;
    (number > 0.0).then_some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::linked;

    /// What is asked of the process of the first container of a pod, with those fields.
    fn of_container<T>(fields: &str, ask: impl FnOnce(&Process<'_>) -> T) -> T {
        let dockerfile = "FROM python:3.13-slim\nENV NODE_OPTIONS=--max-old-space-size=900 WEB_CONCURRENCY=3\n\
                          ENTRYPOINT [\"uvicorn\", \"app:app\"]\nCMD [\"--workers\", \"6\"]\n";
        let make = "IMAGE := ghcr.io/acme/agent\nimage:\n\tdocker build -t $(IMAGE):1 .\n";
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - {{name: c, {fields}}}\n"
        );
        let files = [("Dockerfile", dockerfile), ("Makefile", make), ("pod.yaml", pod.as_str())];
        linked(&files, |project| {
            let container = project.workloads().next().unwrap().containers()[0];
            ask(&project.process_of(Runner::Container(container)))
        })
    }

    #[test]
    fn what_programs_are_told_to_take() {
        let env = |name: &str, value: &str| {
            format!("image: i, env: [{{name: {name}, value: \"{value}\"}}]")
        };
        let args = |image: &str, args: &str| format!("image: {image}, args: [{args}]");
        for (fields, expected) in [
            (env("JAVA_TOOL_OPTIONS", "-Xms1g -Xmx2g"), Some(200)),
            (env("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75.0"), Some(75)),
            (env("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=95 -Xmx512m"), Some(50)),
            (env("JAVA_OPTS", "-Xmx$(HEAP)"), None),
            (env("NODE_OPTIONS", "--max_old_space_size=1536"), Some(150)),
            (env("GOMEMLIMIT", "1GiB"), Some(100)),
            (env("GOMEMLIMIT", "off"), None),
            (env("VLLM_CPU_KVCACHE_SPACE", "4"), Some(400)),
            (args("redis:7", "--maxmemory, 2gb"), Some(200)),
            (args("other:7", "--maxmemory, 2gb"), None),
            (args("postgres:17", "-c, shared_buffers=512MB"), Some(50)),
            (args("memcached:1", "-m 1024"), Some(100)),
            ("image: ghcr.io/acme/agent:1".to_owned(), Some(88)),
            ("image: i".to_owned(), None),
        ] {
            let fields = format!("{fields}, resources: {{limits: {{memory: 1Gi}}}}");
            let found = of_container(&fields, |process| {
                let limit = process.runner.memory_limit().unwrap();
                process.overcommitment(limit, 0).map(|it| it.percent)
            });
            assert_eq!(found, expected, "{fields}");
        }
    }

    #[test]
    fn how_many_workers_a_command_starts() {
        for (fields, expected) in [
            ("image: 'ghcr.io/acme/agent:1'", Some(6)),
            ("image: 'ghcr.io/acme/agent:1', args: [--port, '80']", Some(3)),
            ("image: 'ghcr.io/acme/agent:1', command: [python]", None),
            ("image: i, command: [gunicorn, -w, '4', app]", Some(4)),
            ("image: i, command: [gunicorn, -w9, app]", Some(9)),
            ("image: i, command: [sh, -c, 'exec gunicorn --workers=5 app']", Some(5)),
            ("image: i, command: [sh, -c, 'uvicorn app --workers ${N:-7}']", Some(7)),
            ("image: i, command: [sh, -c, 'uvicorn app --workers $(nproc)']", None),
            ("image: i, command: [celery, worker, -c, '8']", Some(8)),
            ("image: i, command: [celery, worker, -c, '8', -P, gevent]", None),
            ("image: i, command: [server, --workers, '8']", None),
        ] {
            let found = of_container(fields, |process| process.workers().map(|it| it.count));
            assert_eq!(found, expected, "{fields}");
        }
    }

    #[test]
    fn images_that_are_made_for_a_gpu() {
        for (image, expected) in [
            ("nvidia/cuda:12.8.0-runtime-ubuntu24.04", true),
            ("vllm/vllm-openai:v0.9.1", true),
            ("pytorch/pytorch:2.7.0-cuda12.8-cudnn9-runtime", true),
            ("pytorch/pytorch:2.7.0", false),
            ("tensorflow/tensorflow:2.19.0", false),
            ("tensorflow/tensorflow:2.19.0-gpu", true),
            ("ghcr.io/huggingface/text-generation-inference:3.3.4", true),
            ("ghcr.io/huggingface/text-generation-inference:3.3.4-intel-cpu", false),
            ("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8", true),
            ("nvcr.io/nvidia/k8s-device-plugin:v0.17", false),
            ("ghcr.io/acme/nvidia/cuda:1", false),
            ("python:3.13", false),
        ] {
            assert_eq!(is_for_gpu(image), expected, "{image}");
        }
    }
}
