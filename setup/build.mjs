import { build, ensureModules, ensureNode } from "./machine.mjs";

ensureNode();
ensureModules();
build();
