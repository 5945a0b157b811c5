// The SMASH-CLP shell of a Supermicro BMC: banner, console entry and way out as in the project's field notes of a
// board of 2014 ("ATEN SMASH-CLP System Management Shell, version 1.05"); PowerState 1 and 6 as others saw them.
// Started by sshd as ForceCommand, with the directory of its state.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

const state = process.argv[2];
const file = (name) => join(state, name);
const isOn = () => existsSync(file("on"));
const say = (text) => process.stdout.write(text.replaceAll("\n", "\r\n"));

spawnSync("stty", ["raw", "-echo"], { stdio: "inherit" }); // a firmware's terminal is no Unix terminal
if (existsSync(file("hangs"))) setInterval(() => existsSync(state) || process.exit(0), 500);
else {
  say("\nATEN SMASH-CLP System Management Shell, version 1.05\n");
  say("Copyright (c) 2008-2009 by ATEN International CO., Ltd.\nAll Rights Reserved \n\n\n-> ");
}

const POWER = {
  start: () => {
    if (!isOn()) appendFileSync(file("starts"), "x");
    writeFileSync(file("on"), "");
  },
  stop: (forced) => {
    if (forced || !existsSync(file("deaf"))) rmSync(file("on"), { force: true });
  },
  reset: () => appendFileSync(file("starts"), "x"),
};

let here = "/";
function obey(line) {
  if (existsSync(file("late"))) {
    const ms = Number(readFileSync(file("late"), "utf8"));
    rmSync(file("late"));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); // deaf and mute for that long, once
  }
  if (existsSync(file("garbage"))) return say("\u001b[2J????\n-> ");
  const words = line.trim().split(/\s+/);
  const verb = words[0];
  const target = words.find((word) => word.startsWith("/")) ?? here;
  if (verb === "exit") process.exit(0);
  if (verb === "cd") here = target;
  if (verb === "start" && target === "/system1/sol1") return startConsole();
  say(`${target}\n\n`);
  if (target === "/system1/pwrmgtsvc1") {
    if (verb === "show") {
      say(`  Properties :\n    EnabledState=Enabled\n    PowerState=${isOn() ? 1 : 6}\n\n`);
    } else if (words.includes("-force") && existsSync(file("knows-no-force"))) say("Invalid option\n");
    else if (verb in POWER) {
      POWER[verb](words.includes("-force"));
      say(`${verb} done...\n`);
    }
  }
  say("\n-> ");
}

let typed = "";
function shell(bytes) {
  for (const character of bytes.toString("latin1")) {
    if (character === "\r" || character === "\n") {
      const line = typed;
      typed = "";
      say(`${line}\n`); // its echo
      obey(line);
    } else typed += character;
  }
}
process.stdin.on("data", shell);

function startConsole() {
  try {
    openSync(file("taken"), "wx");
  } catch {
    say("SOL is in use by another session\n\n-> ");
    return;
  }
  const giveBack = () => rmSync(file("taken"), { force: true });
  process.on("exit", giveBack);
  for (const signal of ["SIGHUP", "SIGTERM"]) process.on(signal, () => process.exit(0));
  const machine = connect(file("line"));
  process.stdin.off("data", shell);
  let last = "";
  process.stdin.on("data", (bytes) => {
    const all = last + bytes.toString("latin1");
    last = all.slice(-2);
    if (!all.includes("\r\u001bT")) return void machine.write(bytes);
    process.exit(0);
  });
  machine.on("close", () => process.exit(0));
  machine.on("data", (bytes) => process.stdout.write(bytes));
  machine.on("connect", () => {
    say("\npress <Enter>, <Esc>, and then <T> to terminate session\n");
    say("(press the keys in sequence, one after the other)\n");
  });
}
