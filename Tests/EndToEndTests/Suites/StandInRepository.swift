// SPDX-License-Identifier: Apache-2.0

import HostTools

/// A git repository with Linaro's definitions as they are, and scripts of our own at the paths that they call. Three do what
/// their definition is about, with what every Debian board has; the others stand for programs that would have to be
/// installed, and report what they were called with.
struct StandInRepository {
  let git: GitFixture

  /// A definition that runs from this repository, and its results.
  struct Run: Sendable {
    let number: Int
    /// From the repository's top.
    let script: String
    let results: @Sendable (_ suite: String) -> [ResultRow]
    /// What is written there; nil for a script that reports its arguments.
    var text: String?
  }

  init(in folder: TemporaryFolder, _ runs: [Run]) {
    git = GitFixture(in: folder, "test-definitions")
    var files = [
      "automated/utils/send-to-lava.sh": Self.sendToLava,
      "automated/utils/upload-to-artifactorial.sh": "#!/bin/sh\ntest -e \"$2\"\n",
    ]
    for suite in LinaroSuite.all { files["definitions/\(suite.name).yaml"] = suite.text }
    for run in runs { files[run.script] = run.text ?? Self.reportArguments }
    git.commit(files)
    git.git("add", "--chmod=+x", "automated")
    git.git("commit", "--quiet", "-m", "executable")
  }

  /// A line is a case, its result, and perhaps a measurement and its unit.
  private static let sendToLava = """
    #!/bin/sh
    while read -r name result value units; do
      lava-test-case "$name" --result "$result" ${value:+--measurement "$value"} ${units:+--units "$units"}
    done < "$1"

    """

  /// Each argument in brackets is the name of one case, which passes; some definitions upload a file besides.
  private static let reportArguments = """
    #!/bin/sh
    mkdir -p output && : > output/signaltest.json
    lava-test-case "$(printf '[%s]' "$@")" --result pass
    echo "arguments pass $# words" > output/result.txt

    """

  /// The definitions that run, in the order of their numbers.
  static let runs = [
    Run(
      number: 72,
      script: "automated/linux/device-tree/device-tree.sh",
      results: { [.test($0, "folder", "pass"), .test($0, "model", "pass"), .test($0, "compatible", "pass")] },
      text: """
        #!/bin/sh
        mkdir -p output
        tree=/proc/device-tree
        if test -d "$tree"; then echo folder pass; else echo folder fail; fi > output/result.txt
        for name in model compatible; do
          if test -s "$tree/$name"; then echo "$name pass"; else echo "$name fail"; fi
        done >> output/result.txt

        """
    ),
    Run(
      number: 84,
      script: "automated/linux/ethernet/ethernet.sh",
      // QEMU's user network gives the first board this address.
      results: {
        [.test($0, "eth0-up", "pass"), .test($0, "10.0.2.15", "pass"), .test($0, "skip-install-False", "skip")]
      },
      text: """
        #!/bin/sh
        while getopts s:i: option; do
          case $option in
            s) skip=$OPTARG ;;
            i) interface=$OPTARG ;;
          esac
        done
        mkdir -p output
        {
          if ip link show "$interface" | grep -q UP; then echo "$interface-up pass"; else echo "$interface-up fail"; fi
          ip -4 address show "$interface" | sed -n 's|.*inet \\([0-9.]*\\)/.*|\\1 pass|p'
          echo "skip-install-$skip skip"
        } > output/result.txt

        """
    ),
    Run(number: 96, script: "automated/linux/hackbench/hackbench.sh") {
      arguments($0, "[-i][1000][-t][host][-s][100][-l][100][-g][10][-f][20][-p][false][-T][false]", 16)
    },
    Run(
      number: 98,
      script: "automated/linux/httperf-client/httperf-client.sh",
      results: { [.test($0, "httperf-client", "pass")] },
      // With what it installs, and the parameters that it exports.
      text: """
        #!/bin/sh
        grep -x 'install -y -q bash ethtool httperf python-argparse wget' /tmp/apt-get.log || exit
        test "$SERVER_IP $MY_IP $INITIAL_RATE $INITIAL_STEP" = '192.168.1.4 192.168.1.1 10000 10000'

        """
    ),
    Run(number: 102, script: "automated/linux/iperf/iperf.sh") {
      arguments($0, "[-c][localhost][-t][10][-p][1][-s][false][][]", 10)
    },
    Run(
      number: 126,
      script: "automated/linux/meminfo/meminfo.sh",
      // What the device file gives the board, less what the kernel keeps for itself: told as a share of it.
      results: {
        [
          .test($0, "MemTotal", "pass", measurement: 1, units: "of-512-MiB"),
          .test($0, "SwapTotal", "pass", measurement: 0, units: "kB"),
        ]
      },
      text: """
        #!/bin/sh
        mkdir -p output
        while read -r key value unit; do
          case $key in
            MemTotal:) echo "MemTotal pass $(((value + 131072) / 524288)) of-512-MiB" ;;
            SwapTotal:) echo "SwapTotal pass $value $unit" ;;
          esac
        done < /proc/meminfo > output/result.txt

        """
    ),
    Run(number: 156, script: "automated/linux/packetdrill/packetdrill.sh") {
      arguments($0, "[-v][][-s][false][-p][][-u][][-d][]", 10)
    },
    Run(number: 162, script: "automated/linux/pm-qa/pm-qa.sh") {
      arguments($0, "[-r][pm-qa-v0.5.2][-t][cpufreq cpuidle cpuhotplug thermal cputopology][-s][false]", 6)
    },
    Run(number: 174, script: "automated/linux/signaltest/signaltest.sh") {
      arguments($0, "[-D][1m][-p][98][-t][2][-i][1][-w][]", 10)
    },
  ]

  private static func arguments(_ suite: String, _ words: String, _ count: Double) -> [ResultRow] {
    [.test(suite, words, "pass"), .test(suite, "arguments", "pass", measurement: count, units: "words")]
  }
}
