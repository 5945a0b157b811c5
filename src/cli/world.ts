import type { DeclaredMachine, Image, Machine } from "../api/shapes.ts";
import type { Answer, CallName, Frame, Question, StreamName } from "../api/table.ts";

export type Asks = {
  ask<N extends CallName>(row: N, question: Question<N>): Promise<Answer<N>>;
  /** Ends when the service closes it, or by `close`. */
  stream<N extends StreamName>(
    row: N,
    question: Question<N>,
    on: { frame(frame: Frame<N>): void; closed(why: string): void },
  ): Promise<{ send(ask: object): void; close(): void }>;
};

export type Finding = {
  readonly id: string;
  readonly is: "pass" | "warn" | "fail" | "unknown";
  readonly says: string;
  readonly remedy?: string;
};
/** An image and the mirror that its installer will use, looked at together. */
export type CheckedImage = {
  readonly root: string;
  readonly build: string;
  readonly kernelRelease: string;
  readonly mirror: string | null;
  readonly suite: string;
  readonly overall: "pass" | "fail" | "unknown";
  readonly findings: readonly Finding[];
};
export type ImageCheckOptions = {
  image: string;
  mirror?: string;
  suite?: string;
  preseed?: string;
  keyring?: string;
  every: boolean;
};
export type ImagePullOptions = {
  image: string;
  arch: string;
  mirror?: string;
  keyring?: string;
  fromPackage: boolean;
  fromDirectory?: string;
};
export type ImageBuildOptions = {
  image: "live" | "root";
  suite: "debian-12" | "debian-13";
  mirror?: string;
  keyring?: string;
};
export type ImageAddOptions = {
  name?: string;
  kernel: string;
  initrd?: string;
  append: string;
  files: readonly string[];
};
export type Lack = { feature: string; missing: string[]; packages: string[] };
export type RackState = {
  running: boolean;
  machines: { name: string; mac: string; firmware: string; power: string; bmc: string }[];
};
export type StartOptions = {
  until: "installer" | undefined;
  firmware: "bios" | "uefi";
  image: string;
  loader: "auto" | "pxelinux" | "ipxe";
  within: number; // milliseconds
  json: boolean;
};

export type ServeOptions = {
  port: number | undefined;
  config: string | undefined;
  segment: string | undefined;
  pool: string | undefined;
};

export type ExportAsked = {
  server: "isc-dhcp" | "kea" | "dnsmasq" | "tftpd-hpa";
  config: string | undefined;
  segment: string | undefined;
  interface: string | undefined;
  subnet: string | undefined;
  pool: string | undefined;
  address: string | undefined;
  routers: readonly string[];
  nameServers: readonly string[];
  reserve: readonly string[];
  out: string | undefined;
  machines: readonly Machine[];
};
export type ExportAnswer = {
  texts: readonly { path: string; text: string }[];
  machines: number;
  written: string | null; // the directory
};

/** An answer in words and as JSON, and the exit code that it means. */
export type Said = { readonly says: readonly string[]; readonly answer: unknown; readonly exit: 0 | 1 | 2 };

export type BisectionWish = {
  name: string | undefined;
  repo: string;
  old: string;
  new: string;
  termOld: string;
  termNew: string;
  paths: readonly string[];
  walk: "stages" | "first-parent" | "whole";
  run: string | undefined; // none: a person judges
  lastLine: boolean;
  match: string | undefined;
  jsonPath: string | undefined;
  byEye: boolean;
  bench: string | undefined;
  metric: string | undefined;
  set: readonly string[]; // of the bench's job
  directory: string | undefined;
  build: string | undefined;
  keepBuilds: number | undefined;
  deploy: string | undefined;
  hosts: readonly string[];
  withinMs: number;
  error: number;
  minStep: string | undefined; // in percent of the old level
  allChanges: boolean;
  dryRun: boolean; // only the forecast
  leastShare: string | undefined; // in percent of the whole effect
  budget: string | undefined;
  direction: "higher" | "lower" | undefined;
};
type Named = string | undefined; // not said: the only one there is
type Tell = (what: string) => void;
export type Bisections = {
  start(wish: BisectionWish, tell: Tell): Promise<Said>;
  run(name: Named, tell: Tell): Promise<Said>;
  next(name: Named, tell: Tell): Promise<Said>;
  reading(name: Named, words: string): Promise<Said>;
  mark(name: Named, term: string): Promise<Said>;
  skip(name: Named): Promise<Said>;
  status(name: Named): Promise<Said>;
  log(name: Named): Promise<string>;
  report(name: Named, out: string | undefined): Promise<Said>;
  visualize(name: Named, out: string | undefined): Promise<Said>;
  replay(file: string, withSteps: boolean): Promise<Said>;
  list(): Promise<Said>;
  abandon(name: Named): Promise<Said>;
};

export type CheckForm = "sarif" | "junit" | "textfile";
export type CheckWish = {
  hosts: readonly string[];
  local: boolean;
  rules: readonly string[];
  directory: string | undefined;
  askNetwork: boolean;
  tryPasswords: boolean;
  form: CheckForm | undefined;
  out: string | undefined;
  baseline: string | undefined;
};
/** Shows what would be done and asks once; `nobody` was there to agree. */
export type Agree = (preview: readonly string[], question: string) => Promise<"yes" | "no" | "nobody">;
export type UndoWish = { id: string; hosts: readonly string[]; local: boolean; force: boolean };
export type AcknowledgeWish = {
  host: string;
  rule: string;
  cause: string | undefined; // not said: the one it failed for when it was asked last
  reason: string;
  until: string; // a day
  by: string;
  baseline: string | undefined; // not said: a file in the state directory
};
export type NewRuleWish = { id: string; directory: string | undefined; declared: boolean };
export type Checks = {
  /** `text`: the form that was asked for, when it goes to the terminal. */
  check(wish: CheckWish, tell: Tell): Promise<Said & { readonly text?: string }>;
  fix(wish: CheckWish, tell: Tell, agree: Agree): Promise<Said>;
  undo(wish: UndoWish, tell: Tell): Promise<Said>;
  kept(wish: { hosts: readonly string[]; local: boolean }): Promise<Said>;
  rules(directory: string | undefined): Promise<Said>;
  acknowledge(wish: AcknowledgeWish): Promise<Said>;
  acknowledged(baseline: string | undefined): Promise<Said>;
  unacknowledge(wish: { host: string; rule: string; baseline: string | undefined }): Promise<Said>;
  fleet(wish: { rules: readonly string[]; baseline: string | undefined }): Promise<Said>;
  forget(host: string): Promise<Said>;
  newRule(wish: NewRuleWish): Promise<Said>;
};

export type ComparisonAsked = {
  a: string; // paths, ids or names of runs, with commas between
  b: string;
  metric: string | undefined;
  within: number; // a part of A's median
  as: "fio" | "hyperfine" | "go" | "criterion" | "benchstat" | "csv" | undefined;
};

export type BenchWish = {
  job: string; // a profile's name, or the path of a fio job file
  on: string | undefined; // a host as ssh knows it; not said: this machine
  runs: number | undefined; // not said: as many as the profile has conditions
  name: string | undefined;
  directory: string | undefined; // there
  anyFileSystem: boolean;
  device: string | undefined; // by its id
  yes: boolean; // it may be overwritten
  overwriteSignatures: string | undefined; // the id again
  set: readonly string[]; // fio's own options, `size=8m`
  withinMs: number; // one run
  installFio: boolean;
};
export type BenchImported = { files: readonly string[]; name: string | undefined; as: ComparisonAsked["as"] };
export type Benches = {
  run(wish: BenchWish, tell: Tell): Promise<Said>;
  list(): Promise<Said>;
  show(id: string): Promise<Said>;
  remove(id: string): Promise<Said>;
  profiles(): Promise<Said>;
  import(asked: BenchImported): Promise<Said>;
  compare(asked: ComparisonAsked): Promise<Said>;
};

export type RuleTried = {
  pattern: string;
  screen: boolean; // read what stands, not each line
  recordings: readonly string[]; // none: the newest that are kept here
};

export type PlotAsked = {
  runs: readonly string[];
  kind: "iops" | "latency" | "distribution" | undefined;
  fit: "bezier" | "loess" | "none";
  metric: string | undefined;
  baselineSsd: string | undefined;
  baselineHdd: string | undefined;
  out: string | undefined; // not said: in the terminal
};

/** The work that needs no running service; main hands it in. */
export type Local = {
  serve(options: ServeOptions): Promise<number>;
  settingsSchema(): Promise<unknown>;
  checkSettings(path: string): Promise<unknown>; // throws the fault that says what is wrong
  start(options: StartOptions): Promise<number>;
  rackUp(options: { machines: number; firmware: "bios" | "uefi"; diskBytes?: number }): Promise<RackState>;
  rackStatus(): Promise<RackState>;
  rackDown(): Promise<boolean>;
  rackHold(options: string): Promise<number>;
  agent(options: { state: string; loader: "auto" | "pxelinux" | "ipxe" }): Promise<number>;
  images(): Promise<Image[]>;
  pullImage(options: ImagePullOptions, progress: (line: string) => void): Promise<Image>;
  buildImage(
    options: ImageBuildOptions,
    progress: (line: string) => void,
  ): Promise<{ name: string; says: string }>;
  addImage(options: ImageAddOptions): Promise<Image>;
  removeImage(name: string): Promise<boolean>;
  fullPath(path: string): string;
  readMachines(path: string): Promise<{ path: string; machines: DeclaredMachine[] }>; // throws what is wrong with it
  writeMachines(machines: readonly Machine[]): Promise<string>;
  readText(path: string): string; // of a file that a verb was given
  readPublicKey(path: string | undefined): string; // not named: the person's own
  checkImage(options: ImageCheckOptions): Promise<CheckedImage>;
  serialImage(options: { tree: string; unit: number; speed: number; out?: string }): Promise<string>;
  exportTo(asked: ExportAsked): Promise<ExportAnswer>;
  doctor(): Promise<Lack[]>;
  bisections: Bisections;
  checks: Checks;
  benches: Benches;
  plotRuns(asked: PlotAsked): Promise<Said>;
  tryRule(asked: RuleTried): Promise<Said>;
};

/** Everything that a verb may touch. */
export type World = {
  readonly api: Asks;
  readonly local: Local;
  readonly out: (text: string) => void; // one line
  readonly err: (text: string) => void;
  readonly width: number;
  readonly now: () => number;
  readonly terminal: Terminal | undefined; // when stdin and stdout are one
  readonly confirm: ((question: string) => Promise<boolean>) | undefined; // when somebody is there to say so
  readonly who: string; // the name of the person at the terminal
  readonly stopped: AbortSignal; // ctrl-C
};

export type Terminal = {
  raw(on: boolean): void;
  typed(hear: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array | string): void;
};
