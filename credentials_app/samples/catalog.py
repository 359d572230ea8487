"""The 24 credentials of a sample: names, registries and how these answered for 60 days. Pure.

Every host ends in `.example`, which no name server knows (RFC 2606).
"""

from dataclasses import dataclass, replace

from credentials_app.samples.answers import SampleAnswer
from registry.evidence import StepName


@dataclass(frozen=True)
class Phase:
    """From so many days ago a registry answers like this.

    ``answer`` None: a person paused it. ``replaced``: with a new secret.
    """

    since: float
    answer: SampleAnswer | None
    replaced: bool = False


@dataclass(frozen=True)
class Sample:
    """One made-up credential. ``ends_on``: a typed end, in days from now."""

    name: str
    provider: str
    server: str
    username: str
    life: tuple[Phase, ...]
    realm: str = ""
    repository: str = ""
    push: bool = False
    notes: str = ""
    ends_on: int | None = None


def phases(*pairs: tuple[float, SampleAnswer | None]) -> tuple[Phase, ...]:
    return tuple(Phase(since, answer) for since, answer in pairs)


GITLAB, GITLAB_WEB = "registry.gitlab.acme.example", "gitlab.acme.example"
PULL = SampleAnswer()
BOTH = SampleAnswer(granted=("pull", "push"), asked=("pull", "push"))
READS = SampleAnswer(scopes=("read_registry",), kind="access_token", ends_in=210)
WRITES = SampleAnswer(
    scopes=("read_registry", "write_registry"),
    granted=("pull", "push"),
    asked=("pull", "push"),
    kind="access_token",
    ends_in=122,
)
DEPLOY = SampleAnswer(kind="deploy_token")
TOKEN_OVER = SampleAnswer("token_expired", StepName.API, kind="access_token")
TOKEN_GONE = SampleAnswer("token_revoked", StepName.API, kind="access_token")
FAULT = SampleAnswer("server_fault", StepName.PING, 503)
OLD_CERTIFICATE = SampleAnswer("tls_expired", StepName.PING, None)


def ending(answer: SampleAnswer, days: float) -> SampleAnswer:
    """The same, for a token that ends in so many days from now."""
    return replace(answer, ends_in=days)


def gitlab(
    name: str,
    life: tuple[Phase, ...],
    *,
    username: str = "gitlab+deploy-token-17",
    push: bool = False,
    notes: str = "",
    ends_on: int | None = None,
) -> Sample:
    repository = f"shop/{name.rsplit('-', 1)[0]}"
    return Sample(
        name, "gitlab", GITLAB, username, life, GITLAB_WEB, repository, push, notes, ends_on
    )


TAGS: dict[str, str] = {
    "checkout-push": "ci prod team:shop",
    "mobile-app-pull": "ci team:mobile",
    "data-pipeline-push": "ci prod team:data",
    "docs-site-pull": "team:docs",
    "nightly-builds-pull": "ci nightly",
    "search-index-pull": "prod team:search",
    "web-shop-pull": "k8s prod team:shop",
    "web-shop-push": "ci prod team:shop",
    "new-cluster-pull": "k8s staging team:platform",
    "base-images-pull": "ci team:platform",
    "marketing-site-push": "ci team:marketing",
    "packages-push": "ci release",
    "actions-cache-pull": "ci",
    "operators-pull": "k8s prod team:platform",
    "backup-job-pull": "cron prod team:platform",
    "production-pull": "critical k8s prod team:platform",
    "staging-push": "ci staging",
    "build-cache-push": "ci",
    "legacy-releases-pull": "legacy",
    "warehouse-pull": "prod team:data",
    "batch-jobs-pull": "cron prod team:data",
    "training-images-pull": "gpu team:data",
}
"""By name; two of the credentials have none."""
SAMPLES: tuple[Sample, ...] = (
    gitlab(
        "checkout-push",
        phases((60, ending(WRITES, -2.3)), (2.3, TOKEN_OVER)),
        push=True,
        username="project_482_bot",
        notes="Pipeline of the checkout service. Its successor is made by the platform team.",
    ),
    gitlab("mobile-app-pull", phases((60, READS), (0.21, TOKEN_GONE)), username="project_91_bot"),
    gitlab(
        "data-pipeline-push",
        phases((60, WRITES), (1.1, READS)),
        push=True,
        username="group_12_bot",
    ),
    gitlab(
        "docs-site-pull",
        phases((60, DEPLOY), (6.4, SampleAnswer(kind="deploy_token", granted=()))),
    ),
    gitlab("nightly-builds-pull", phases((60, ending(READS, 5.2))), username="project_77_bot"),
    gitlab("search-index-pull", phases((60, ending(READS, 19.4))), username="project_78_bot"),
    gitlab("web-shop-pull", phases((60, DEPLOY), (20.3, FAULT), (19.9, DEPLOY)), ends_on=160),
    gitlab(
        "web-shop-push",
        phases((60, replace(WRITES, scopes=("api", "read_registry")))),
        push=True,
        username="project_480_bot",
    ),
    gitlab("new-cluster-pull", (), notes="Stored, and not checked so far."),
    Sample(
        "base-images-pull",
        "docker_hub",
        "docker-hub.globex.example",
        "globexbot",
        phases((60, SampleAnswer(kind="personal_access_token"))),
        realm="auth.docker-hub.globex.example",
        repository="globex/base",
    ),
    Sample(
        "marketing-site-push",
        "docker_hub",
        "docker-hub.globex.example",
        "globexbot",
        phases((60, BOTH), (0.6, SampleAnswer("hub_token_dead", kind="personal_access_token"))),
        realm="auth.docker-hub.globex.example",
        repository="globex/site",
        push=True,
    ),
    Sample(
        "packages-push",
        "ghcr",
        "ghcr.globex.example",
        "globex-ci",
        phases((60, BOTH), (3.7, SampleAnswer("github_sso", status=403, kind="classic_token"))),
        repository="globex/packages",
        push=True,
    ),
    Sample(
        "actions-cache-pull",
        "ghcr",
        "ghcr.globex.example",
        "globex-ci",
        phases((60, PULL)),
        repository="globex/cache",
        ends_on=11,
    ),
    Sample(
        "operators-pull",
        "quay",
        "quay.acme.example",
        "acme+operators",
        phases((60, SampleAnswer(kind="robot"))),
        repository="acme/operators",
    ),
    Sample(
        "backup-job-pull",
        "quay",
        "quay.acme.example",
        "acme+backup",
        phases((60, SampleAnswer(kind="robot")), (17.2, SampleAnswer("refused", kind="robot"))),
        repository="acme/backup",
        notes="Refused for two weeks: Lockkeeper stopped asking.",
    ),
    Sample(
        "production-pull",
        "harbor",
        "harbor.acme.example",
        "robot$production",
        (
            Phase(60, SampleAnswer(kind="robot")),
            Phase(25.4, SampleAnswer("refused", kind="robot")),
            Phase(24.1, SampleAnswer(kind="robot"), replaced=True),
        ),
        repository="production/api",
        ends_on=88,
    ),
    Sample(
        "staging-push",
        "harbor",
        "harbor.acme.example",
        "robot$staging",
        phases((60, BOTH)),
        repository="staging/api",
        push=True,
    ),
    Sample(
        "build-cache-push",
        "generic",
        "cache.initech.example",
        "builder",
        phases((60, SampleAnswer(granted=None))),
        push=True,
    ),
    Sample(
        "public-mirror-pull",
        "generic",
        "mirror.initech.example",
        "reader",
        phases((60, SampleAnswer("open", StepName.PING, 200))),
    ),
    Sample(
        "legacy-releases-pull",
        "nexus",
        "nexus.initech.example:8443",
        "deployer",
        phases((60, PULL), (8.3, SampleAnswer("no_registry", StepName.PING, 404))),
        repository="releases/core",
        notes="Moved to Harbor in spring.",
    ),
    Sample(
        "warehouse-pull",
        "acr",
        "warehouse.acr.initech.example",
        "warehouse-pull",
        phases((60, PULL), (2.1, OLD_CERTIFICATE)),
        repository="warehouse/scanner",
    ),
    Sample(
        "batch-jobs-pull",
        "ecr",
        "ecr.globex.example",
        "AWS",
        phases((60, PULL), (41.5, FAULT), (41.1, PULL)),
        repository="batch/jobs",
    ),
    Sample(
        "training-images-pull",
        "gar",
        "europe-docker.globex.example",
        "_json_key",
        phases((60, PULL), (0.3, SampleAnswer("throttled", StepName.PING, 429))),
        repository="globex/ml/training",
    ),
    Sample(
        "side-project-pull",
        "gitea",
        "git.umbrella.example",
        "mona",
        phases((60, PULL), (12.6, None)),
        repository="mona/side-project",
        notes="Paused while the server moves.",
    ),
)
