"""What programs do with docker-py: run against the engine at DOCKER_HOST, which has the image busybox."""

import io
import os
import tarfile
import threading
import unittest

import docker

REGISTRY = os.environ["REGISTRY"]


class DockerPy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = docker.from_env(version="auto")

    def setUp(self):
        self.addCleanup(self.remove_containers)

    def remove_containers(self):
        for container in self.client.containers.list(all=True):
            container.remove(force=True, v=True)

    def start(self, command="sleep 600", **options):
        return self.client.containers.run("busybox", command, detach=True, **options)

    def test_system(self):
        self.assertTrue(self.client.ping())
        self.assertEqual(self.client.version()["Os"], "linux")
        self.assertEqual(self.client.info()["OSType"], "linux")
        self.assertIn("Images", self.client.df())

    def test_run_gives_output(self):
        output = self.client.containers.run("busybox", ["echo", "hello"], remove=True)
        self.assertEqual(output, b"hello\n")

    def test_run_raises_for_an_exit_code(self):
        with self.assertRaises(docker.errors.ContainerError) as caught:
            self.client.containers.run("busybox", ["sh", "-c", "echo bad >&2; exit 3"])
        self.assertEqual(caught.exception.exit_status, 3)
        self.assertEqual(caught.exception.stderr, b"bad\n")

    def test_logs(self):
        container = self.start(["sh", "-c", "echo out; echo err >&2"])
        self.assertEqual(container.wait()["StatusCode"], 0)
        self.assertEqual(container.logs(stdout=True, stderr=False), b"out\n")
        self.assertEqual(container.logs(stdout=False, stderr=True), b"err\n")
        self.assertEqual(list(container.logs(stream=True, follow=True, stderr=False)), [b"out\n"])
        self.assertRegex(container.logs(timestamps=True, tail=2, stderr=False), rb"^\d{4}-\d\d-\d\dT")

    def test_options_come_through(self):
        container = self.start(
            name="options",
            environment={"A": "1"},
            labels={"team": "shop"},
            mem_limit="64m",
            nano_cpus=500_000_000,
            working_dir="/tmp",
            hostname="box",
            user="1000:1000",
            tmpfs={"/scratch": "size=1m"},
            cap_drop=["ALL"],
            ulimits=[docker.types.Ulimit(name="nofile", soft=64, hard=64)],
            restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
            healthcheck={"test": ["CMD", "true"], "interval": 1_000_000_000},
            log_config=docker.types.LogConfig(type="json-file", config={"max-size": "1m"}),
        )
        script = "echo $A; pwd; hostname; id -u; ulimit -n; df /scratch | tail -1 | tr -s ' ' | cut -d' ' -f2"
        code, output = container.exec_run(["sh", "-c", script])
        self.assertEqual((code, output.split()), (0, b"1 /tmp box 1000 64 1024".split()))
        host = container.attrs["HostConfig"]
        self.assertEqual((host["Memory"], host["NanoCpus"]), (64 << 20, 500_000_000))
        found = self.client.containers.list(filters={"label": "team=shop", "status": "running"})
        self.assertEqual([each.name for each in found], ["options"])

    def test_exec(self):
        container = self.start()
        result = container.exec_run(["sh", "-c", "echo a; echo b >&2; exit 4"], demux=True)
        self.assertEqual((result.exit_code, result.output), (4, (b"a\n", b"b\n")))
        stream = container.exec_run(["seq", "3"], stream=True).output
        self.assertEqual(b"".join(stream), b"1\n2\n3\n")
        terminal = container.exec_run(["sh", "-c", "test -t 1 && echo yes"], tty=True)
        self.assertEqual(terminal.output, b"yes\r\n")

    def test_exec_over_its_socket(self):
        container = self.start()
        api = self.client.api
        created = api.exec_create(container.id, ["head", "-c", "3"], stdin=True)
        connection = api.exec_start(created["Id"], socket=True)
        connection._sock.sendall(b"abc")
        answer = connection._sock.recv(100)
        connection.close()
        self.assertEqual(answer, b"\x01\0\0\0\0\0\0\x03abc")

    def test_attach(self):
        container = self.client.containers.create("busybox", ["sh", "-c", "echo one; echo two"])
        output = container.attach(stream=True, logs=True)
        container.start()
        self.assertEqual(b"".join(output), b"one\ntwo\n")

    def test_attach_with_input(self):
        container = self.client.containers.create("busybox", "wc -c", stdin_open=True)
        container.start()
        connection = container.attach_socket(params={"stdin": 1, "stream": 1})
        connection._sock.sendall(b"hello")
        connection._sock.shutdown(1)
        connection.close()

    def test_files(self):
        container = self.start()
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            entry = tarfile.TarInfo("motd")
            entry.size = 8
            tar.addfile(entry, io.BytesIO(b"welcome\n"))
        self.assertTrue(container.put_archive("/etc", archive.getvalue()))
        chunks, stat = container.get_archive("/etc/motd")
        self.assertEqual((stat["name"], stat["size"]), ("motd", 8))
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
            self.assertEqual(tar.extractfile("motd").read(), b"welcome\n")
        self.assertIn({"Path": "/etc/motd", "Kind": 1}, container.diff())

    def test_life(self):
        container = self.start(name="before")

        def status():
            container.reload()
            return container.status

        container.pause()
        self.assertEqual(status(), "paused")
        container.unpause()
        container.rename("after")
        container.update(mem_limit="32m", memswap_limit="32m")
        self.assertEqual(status(), "running")
        self.assertEqual(container.attrs["HostConfig"]["Memory"], 32 << 20)
        container.restart(timeout=0)
        self.assertEqual(container.top()["Titles"][-1], "CMD")
        container.kill()
        self.assertEqual(container.wait()["StatusCode"], 137)
        container.start()
        container.stop(timeout=0)
        self.assertEqual(status(), "exited")
        container.remove()
        with self.assertRaises(docker.errors.NotFound):
            self.client.containers.get("after")

    def test_statistics(self):
        container = self.start()
        self.assertEqual(container.stats(stream=False)["pids_stats"]["current"], 1)
        record = next(iter(container.stats(stream=True, decode=True)))
        self.assertIn("cpu_stats", record)

    def test_commit_export_and_import(self):
        container = self.start(["touch", "/made"])
        container.wait()
        image = container.commit("py/made", tag="1", conf={"Env": ["A=1"]})
        self.assertIn("A=1", image.attrs["Config"]["Env"])
        root = b"".join(container.export())
        imported = self.client.api.import_image_from_data(root, repository="py/root", tag="1")
        self.assertIn("sha256:", imported)
        ids = [image.id, self.client.images.get("py/root:1").id]
        for name in ("py/made:1", "py/root:1"):
            self.client.images.remove(name)
        left = [each.id for each in self.client.images.list()]
        self.assertFalse(set(ids) & set(left))

    def test_save_and_load(self):
        image = self.client.images.get("busybox")
        archive = b"".join(image.save(named=True))
        loaded = self.client.images.load(archive)
        self.assertEqual([each.id for each in loaded], [image.id])
        self.assertTrue(image.history())

    def test_push_and_pull(self):
        name = f"{REGISTRY}/py/box"
        image = self.client.images.get("busybox")
        self.assertTrue(image.tag(name, "1"))
        lines = list(self.client.images.push(name, tag="1", stream=True, decode=True))
        self.assertFalse([line for line in lines if "error" in line])
        data = self.client.images.get_registry_data(f"{name}:1")
        self.assertTrue(data.id.startswith("sha256:"))
        self.client.images.remove(f"{name}:1")
        pulled = self.client.images.pull(name, tag="1")
        self.assertEqual(pulled.tags, [f"{name}:1"] if pulled.id != image.id else pulled.tags)
        self.client.images.remove(f"{name}:1")
        with self.assertRaises(docker.errors.NotFound):
            self.client.images.pull(name, tag="nosuch")

    def test_networks(self):
        pool = docker.types.IPAMPool(subnet="10.71.0.0/24", gateway="10.71.0.1")
        ipam = docker.types.IPAMConfig(pool_configs=[pool])
        network = self.client.networks.create("team", driver="bridge", ipam=ipam, labels={"a": "b"})
        self.addCleanup(network.remove)
        server = self.start(["sh", "-c", "echo hi | nc -l -p 80"], name="server", network="team")
        other = self.start(name="other")
        network.connect(other, aliases=["o"], ipv4_address="10.71.0.9")
        network.reload()
        self.assertEqual({each.name for each in network.containers}, {"server", "other"})
        code, output = other.exec_run(["sh", "-c", "nc server 80 </dev/null"])
        self.assertEqual((code, output), (0, b"hi\n"))
        network.disconnect(other)
        server.remove(force=True)
        self.assertEqual([each.name for each in self.client.networks.list(names=["team"])], ["team"])

    def test_volumes(self):
        volume = self.client.volumes.create("py-data", labels={"a": "b"})
        mounts = {"py-data": {"bind": "/data", "mode": "rw"}}
        self.client.containers.run("busybox", ["sh", "-c", "echo 1 >/data/x"], volumes=mounts, remove=True)
        output = self.client.containers.run("busybox", ["cat", "/data/x"], volumes=mounts, remove=True)
        self.assertEqual(output, b"1\n")
        self.assertEqual([each.name for each in self.client.volumes.list(filters={"label": "a=b"})], ["py-data"])
        volume.remove()

    def test_ports(self):
        container = self.start(ports={"80/tcp": None, "53/udp": 5353})
        container.reload()
        self.assertEqual(container.ports["53/udp"][0]["HostPort"], "5353")
        self.assertTrue(int(container.ports["80/tcp"][0]["HostPort"]) > 0)

    def test_events(self):
        events = self.client.events(decode=True, filters={"type": "container", "event": ["create", "die"]})
        timer = threading.Timer(60, events.close)
        timer.start()
        self.client.containers.run("busybox", "true", remove=True)
        self.assertEqual([next(events)["Action"] for _ in range(2)], ["create", "die"])
        events.close()
        timer.cancel()

    def test_prunes(self):
        self.start("true").wait()
        self.assertEqual(len(self.client.containers.prune()["ContainersDeleted"]), 1)
        self.client.networks.create("unused")
        self.assertEqual(self.client.networks.prune()["NetworksDeleted"], ["unused"])
        self.client.volumes.prune()
        self.client.images.prune()

    def test_errors(self):
        with self.assertRaises(docker.errors.ImageNotFound):
            self.client.containers.create("nosuch-image")
        container = self.start(name="taken")
        with self.assertRaises(docker.errors.APIError) as caught:
            self.client.containers.create("busybox", name="taken")
        self.assertEqual(caught.exception.status_code, 409)
        with self.assertRaises(docker.errors.APIError) as caught:
            container.remove()
        self.assertEqual(caught.exception.status_code, 409)


if __name__ == "__main__":
    unittest.main(verbosity=2)
