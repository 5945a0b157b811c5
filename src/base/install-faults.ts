/** What an operator can meet with the live hand, installs and wipes; a part of the table in `fault.ts`. */
export const INSTALL_FAULTS = {
  "hand.no-plan": {
    says: "{name} has no live hand: its boot plan is not live.",
    remedy: "`rackhand boot {name} live --now` boots it.",
  },
  "hand.absent": {
    says: "No live hand of {name} said hello within {limit}.",
    remedy: "`rackhand machine why {name}` and its console say where it stands.",
  },
  "hand.lost": {
    says: "The live hand of {name} went silent over an errand for {limit}, or was not done in time.",
    remedy: "Look at its console; when it stands still, `rackhand boot {name} live --now` boots it anew.",
  },
  "hand.over": {
    says: "The live hand of {name} is done with: another boot plan was armed.",
    remedy: "`rackhand boot {name} live --now` boots it anew.",
  },
  "hand.busy": {
    says: "The live hand of {name} has more errands than it can keep.",
    remedy: "Wait until they are done.",
  },
  "story.open": {
    says: "{machine} has an {kind} under way (story {id}).",
    remedy: "Wait for it, or end it with `rackhand story cancel {id}`.",
  },
  "story.no-retry": {
    says: "Story {id} is not asked again: {why}.",
    remedy: "`rackhand story show {id}` has how it was asked; ask for it anew with what it needs.",
  },
  "install.image": {
    says: "{image} failed its last check: {why}",
    remedy:
      "`rackhand image pull {image}` fetches it anew; `rackhand install --despite` goes on all the same.",
  },
  "install.not-ready": {
    says: "{name} is not ready for an install: {why}",
    remedy: "`rackhand install {name} --dry-run` looks again and touches nothing.",
  },
  "install.no-profile": {
    says: 'The settings have no profile "{name}"; there are: {known}.',
    remedy:
      "Add `[profiles.{name}]` to rackhand.toml, docs/installing.md has an example; then `rackhand reload`.",
  },
  "install.disks": {
    says: "The disks of {name} are not for that install: {why}.",
    remedy:
      "Nothing was touched. `rackhand machine inventory {name}` lists them as a live hand saw them last; `rackhand boot {name} live --now` has one look again.",
  },
  "wipe.disks": {
    says: "{name} has no such disk to erase: {why}.",
    remedy:
      "Nothing was touched. `rackhand machine inventory {name}` lists the disks with their serial numbers; `rackhand boot {name} live --now` has a live hand look again.",
  },
  "install.no-root": {
    says: "There is no {image} to put onto disks.",
    remedy: "`rackhand image build root --suite {image}` builds it.",
  },
} as const;
