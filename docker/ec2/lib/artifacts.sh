# shellcheck shell=bash
# What is fetched by digest: bundle, release, packages.

packages_manifest() { (cd "$1" && find . -type f -printf '%P\0' | sort -z | xargs -0 -r sha256sum | sed 's/  / /'); }

# PREFIX DIGEST SUFFIX MANIFEST FOLDER: afterwards FOLDER has what that digest names; MANIFEST prints the lines that it is taken over.
# Nothing of an archive is used before its digest was recomputed from the files themselves.
have() {
  local new=$5.new
  if [ -d "$5" ] && [ "$($4 "$5" | sha256)" = "$2" ]; then return; fi
  say "fetching $1/$2$3"
  rm -rf "$new"
  mkdir -p "$new"
  fetch "$1/$2$3" "$state/archive"
  tar -xf "$state/archive" -C "$new" --no-same-owner 2>"$state/tar" || fail "$1/$2$3 arrived damaged: $(head -n 1 "$state/tar")"
  rm "$state/archive"
  $4 "$new" >"$state/lines"
  if [ "$(sha256 <"$state/lines")" != "$2" ]; then
    fetch "$1/$2.manifest" "$state/manifest"
    fail "$1/$2$3 arrived damaged: $(diff "$state/manifest" "$state/lines" | sed -nE 's/^[<>] (\S+ )?([0-9a-f]{64}|-) //p' | sort -u | head -n 5 | paste -sd' ')"
  fi
  # A folder that is in use is missing for an instant only.
  rm -rf "$5.old"
  [ ! -d "$5" ] || mv -T "$5" "$5.old"
  mv -T "$new" "$5"
  rm -rf "$5.old"
}

have_bundle() {
  have bundles "$BOOTDEV_DIGEST" .tar.gz tree_manifest "/bundle/$BOOTDEV_DIGEST"
  tree_manifest "/bundle/$BOOTDEV_DIGEST" >"/bundle/$BOOTDEV_DIGEST.manifest"
}

have_release() {
  [ -n "$BOOTDEV_RELEASE" ] || return 0
  mkdir -p /srv/code/releases
  have releases "$BOOTDEV_RELEASE" .tar.gz tree_manifest "/srv/code/releases/$BOOTDEV_RELEASE"
  ln -sfn "releases/$BOOTDEV_RELEASE" /srv/code/.current
  mv -T /srv/code/.current /srv/code/current
}

# The versions of the replica's image, whether the machine image has newer or older ones: what was rehearsed is what runs. What both have
# from the start stays as the machine image has it, and nothing that it has may go.
# Debian's own sources are not used here; they stay for a person who needs a tool.
provision() {
  local packages=$state/packages role
  [ "$(cat $state/provisioned 2>/dev/null)" != "$BOOTDEV_PACKAGES" ] || return 0
  have packages "$BOOTDEV_PACKAGES" .tar packages_manifest $packages
  [ ! -f $packages/opt.tar.gz ] || tar -xzf $packages/opt.tar.gz -C /
  [ ! -f $packages/db-ca.pem ] || install -m 0444 $packages/db-ca.pem /etc/bootdev/db-ca.pem

  mkdir -p $state/apt/lists
  echo "deb [trusted=yes] file:$packages/debs ./" >$state/apt/sources.list # the digest was checked
  printf 'Package: *\nPin: origin ""\nPin-Priority: 1001\n' >$state/apt/preferences
  cat >$state/apt/apt.conf <<CONF
Dir::Etc::SourceList "$state/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "$state/apt/preferences";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$state/apt/lists";
APT::Get::allow-downgrades "true";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
DPkg::Options { "--force-unsafe-io"; "--force-confold"; };
DPkg::Lock::Timeout "300";
CONF
  export APT_CONFIG=$state/apt/apt.conf DEBIAN_FRONTEND=noninteractive
  # No package starts anything by itself, and nothing upgrades packages later.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  # Stopped, then masked: a unit that is masked while it runs counts as failed, and the system as degraded until it is rebooted.
  systemctl stop -q apt-daily.timer apt-daily-upgrade.timer 2>/dev/null || true
  systemctl mask -q apt-daily.timer apt-daily-upgrade.timer 2>/dev/null || true
  apt-get update -qq
  initrd no # packages ask for it, and nothing here is needed to find the root disk: two minutes of a small machine's first boot
  xargs -r apt-get install -y -qq --no-remove <$packages/install >/dev/null
  for role in "$packages"/roles/*.sh; do bash "$role"; done
  initrd yes
  rm /usr/sbin/policy-rc.d
  rm -rf $packages
  echo "$BOOTDEV_PACKAGES" >$state/provisioned
}

# yes | no: whether packages make the initrd again.
initrd() {
  local conf=/etc/initramfs-tools/update-initramfs.conf
  [ ! -f $conf ] || sed -i "s/^update_initramfs=.*/update_initramfs=$1/" $conf
}
