/** A page of `berth help TOPIC` that belongs to no single command. Texts are in Markdown's plain parts, 80 columns wide. */
export interface HelpTopic {
  readonly name: string;
  readonly summary: string;
  readonly text: string;
}

export const helpTopics: readonly HelpTopic[] = [
  {
    name: 'environment',
    summary: 'Environment variables',
    text: `BERTH_HOST                 the daemon, before DOCKER_HOST
DOCKER_HOST                the daemon: unix:///path, tcp://name:port, ssh://user@name
DOCKER_CONTEXT             the context, where no host is named
DOCKER_CONFIG              the folder of the client's configuration (~/.docker)
DOCKER_API_VERSION         the API version to speak; without it both sides agree
DOCKER_CERT_PATH           the folder with ca.pem, cert.pem and key.pem
DOCKER_TLS                 use TLS
DOCKER_TLS_VERIFY          use TLS and verify the daemon
DOCKER_DEFAULT_PLATFORM    --platform of create, run, pull and import
DOCKER_CUSTOM_HEADERS      headers of every request: name=value,...
NO_COLOR                   no colours, whatever the terminal can
TERM                       dumb: lines of text alone, nothing is written over`,
  },
  {
    name: 'formats',
    summary: 'Choosing the output with --format',
    text: `--format takes "table", "json", or a template:

  berth ps --format '{{.Names}}: {{.Status}}'
  berth ps --format 'table {{.ID}}\\t{{.Names}}\\t{{.Ports}}'
  berth inspect -f '{{range .Mounts}}{{.Source}} {{end}}' web

Templates are those of Go: {{if}}, {{range}}, {{with}}, {{printf}}, {{len}},
{{index}}, {{eq}} and the like, and Docker's functions: json, split, join, title,
lower, upper, pad, truncate, println.

'{{json .}}' shows what there is: one object for each line of a list. The fields of
a list are the keys of that object; those of inspect are the keys of its output.
The client's configuration (config.json) has formats to be used when none is given:
psFormat, imagesFormat, statsFormat, networksFormat, volumesFormat.`,
  },
  {
    name: 'exit-codes',
    summary: 'Exit codes',
    text: `0      it is done
1      the daemon refused, or something does not exist
125    run: the container could not be made or started; a flag is wrong
126    run, exec: the command cannot be executed
127    run, exec: the command was not found
128+n  the command was ended by signal n
Any other exit code of run, exec, attach, start -a and wait is the command's own.`,
  },
  {
    name: 'streams',
    summary: 'Terminals, signals and detaching',
    text: `-t gives the command a terminal of its own, of the size of this one. Keys go to it
one by one, Ctrl-C too. Ctrl-P Ctrl-Q detaches: the container goes on; --detach-keys
or detachKeys in config.json choose other keys ("ctrl-x,x"). Without -t, output and
errors stay apart, and bytes pass unchanged: berth exec -i web tar c /srv | tar t

run and attach pass the signals that they get on to the container
(--sig-proxy=false: they do not). The end of the input is passed on as such.`,
  },
  {
    name: 'plug-ins',
    summary: 'Command-line plug-ins of Docker',
    text: `A program docker-NAME is the command NAME: docker-compose makes "berth compose" work.
They are looked for in cliPluginsExtraDirs of config.json, ~/.docker/cli-plugins,
/usr/local/lib/docker/cli-plugins, /usr/local/libexec/docker/cli-plugins,
/usr/lib/docker/cli-plugins and /usr/libexec/docker/cli-plugins. A plug-in gets the
daemon in use, all words of the command line, and this process: the terminal, the
signals and the exit code are its own. What Berth has itself cannot be replaced.

build, image build, builder and bake are done by the plug-in buildx, or by the one
that aliases.builder of config.json names (DOCKER_BUILDKIT=0: they are not).

Where features.hooks in config.json or DOCKER_CLI_HOOKS is true, plug-ins say on a
terminal what to do next, behind the commands listed in plugins.NAME.hooks.`,
  },
];
