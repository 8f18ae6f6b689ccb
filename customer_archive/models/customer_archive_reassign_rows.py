"""The change of account managers itself, for one archive or a hundred thousand: set statements (product.md O5)."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id


class Move(NamedTuple):
    """One archive that changed hands."""

    archive_id: int
    partner_id: int | None
    old_owner: int | None
    old_team: int | None
    new_team: int | None


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _reassign_rows(self, user, reason, *, team=None, handover=None):
        """The change itself. Whoever calls has checked the right to it.

        :param handover: the signed list that it is done for
        """
        self.env.flush_all()
        moves = self._moves_to(user, team or user.sudo().sale_team_id)  # the team decides, is not shown
        if not moves:
            return self.browse()
        self._move_partners(user, moves)
        self._move_archives(user, moves)
        self._move_activities(user, moves)
        self._move_documents(user, moves)
        self._move_findings(user, moves)
        self._log_moves(user, reason, moves, handover)
        self.env.invalidate_all(flush=False)
        archives = self.browse([move.archive_id for move in moves])
        unowned = [move.archive_id for move in moves if not user or not move.old_owner]
        # sudo: the score counts for whoever changes; nothing is shown
        self.sudo().browse(unowned).partner_id._archive_after_change({"user_id"})
        self.env["customer.archive.access"].sudo()._revoke_lost(archives.sudo())  # decides for each person themselves
        self._tell_of_moves(user, moves, handover)
        return archives

    def _moves_to(self, user, team):
        """What is going to change, locked until it has: only archives with another owner or team, no closed ones."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, partner_id, owner_id, team_id, new_team
                  FROM (SELECT *, CASE WHEN %(takes_team)s AND COALESCE(%(company)s, company_id) = company_id
                                       THEN %(team)s ELSE team_id END AS new_team
                          FROM customer_archive
                         WHERE id = ANY(%(ids)s)
                           AND state NOT IN ('sealed', 'destroyed') AND merged_into_id IS NULL
                           FOR UPDATE) a
                 WHERE owner_id IS DISTINCT FROM %(owner)s OR team_id IS DISTINCT FROM new_team
                """,
                owner=SQL("%s::integer", user.id or None),
                takes_team=bool(team),
                company=SQL("%s::integer", team.sudo().company_id.id or None),  # decides, is not shown
                team=SQL("%s::integer", team.id or None),
                ids=self.ids,
            )
        )
        return [Move(*row) for row in rows]

    def _move_archives(self, user, moves):
        """Owner and team; the database keeps who may read in step."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive a
                   SET owner_id = %(owner)s, team_id = m.new_team, write_uid = %(uid)s, write_date = %(now)s
                  FROM unnest(%(ids)s, %(teams)s::integer[]) AS m(id, new_team)
                 WHERE a.id = m.id
                """,
                owner=SQL("%s::integer", user.id or None),
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=[move.archive_id for move in moves],
                teams=[move.new_team for move in moves],
            )
        )

    def _move_partners(self, user, moves):
        """The customers, and the people below them who had the same account manager.

        Contacts have many indexes, each write costs more than all else here: what the database would write beside them
        when their archives change is written with it.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p
                   SET user_id = n.user_id, reach_owner = %(owner)s, reach_team = n.new_team,
                       write_uid = CASE WHEN n.gets THEN %(uid)s ELSE n.write_uid END,
                       write_date = CASE WHEN n.gets THEN %(now)s ELSE n.write_date END
                  FROM (SELECT c.id, c.write_uid, c.write_date, m.new_team, g.gets,
                               CASE WHEN g.gets THEN %(owner)s ELSE c.user_id END AS user_id
                          FROM unnest(%(archives)s, %(partners)s::integer[], %(owners)s::integer[],
                                      %(teams)s::integer[]) AS m(archive_id, partner_id, old_owner, new_team)
                          JOIN customer_archive_access x ON x.archive_id = m.archive_id
                          JOIN res_partner c ON c.id = x.partner_id
                         CROSS JOIN LATERAL (
                               SELECT c.id = m.partner_id
                                   OR (c.is_company IS NOT TRUE AND c.user_id = m.old_owner) IS TRUE AS gets) g
                         WHERE (g.gets AND c.user_id IS DISTINCT FROM %(owner)s)
                            OR (c.reach_owner, c.reach_team) IS DISTINCT FROM (%(owner)s, m.new_team)) n
                 WHERE p.id = n.id
                """,
                owner=SQL("%s::integer", user.id or None),
                uid=self.env.uid,
                now=self.env.cr.now(),
                archives=[move.archive_id for move in moves],
                partners=[move.partner_id for move in moves],
                owners=[move.old_owner for move in moves],
                teams=[move.new_team for move in moves],
            )
        )

    def _move_activities(self, user, moves):
        """What the former account manager had planned for these customers is now the new one's to do."""
        if not user:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_activity t
                   SET user_id = %(owner)s, write_uid = %(uid)s, write_date = %(now)s
                  FROM unnest(%(archives)s, %(partners)s::integer[], %(owners)s::integer[])
                       AS m(archive_id, partner_id, old_owner)
                 CROSS JOIN LATERAL (
                       VALUES ('customer.archive', m.archive_id), ('res.partner', m.partner_id)) about(model, id)
                 WHERE t.res_model = about.model AND t.res_id = about.id AND t.user_id = m.old_owner AND t.active
                """,
                owner=user.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                archives=[move.archive_id for move in moves],
                partners=[move.partner_id for move in moves],
                owners=[move.old_owner for move in moves],
            )
        )

    def _log_moves(self, user, reason, moves, handover):
        """A line in the history of each archive, with former and new values, as tracking would write it."""
        users = {move.old_owner for move in moves} | {user.id}
        teams = {move.old_team for move in moves} | {move.new_team for move in moves}
        # sudo: names of colleagues and teams, as tracking would keep them
        names = {found.id: found.name for found in self.env["res.users"].sudo().browse(users - {None, False})}
        team_names = {found.id: found.name for found in self.env["crm.team"].sudo().browse(teams - {None})}
        author, email_from = self.env.user.partner_id, self.env.user.partner_id.sudo().email_formatted  # the user's own
        field_id = self.env["ir.model.fields"]._get_ids(self._name)
        self.env.cr.execute(
            SQL(
                """
                WITH moved AS (
                    SELECT * FROM unnest(%(ids)s, %(owners)s::integer[], %(owner_names)s::varchar[],
                                         %(old_teams)s::integer[], %(old_team_names)s::varchar[],
                                         %(new_teams)s::integer[], %(new_team_names)s::varchar[])
                        AS m(id, old_owner, old_owner_name, old_team, old_team_name, new_team, new_team_name)
                ), message AS (
                    INSERT INTO mail_message (
                        model, res_id, message_type, subtype_id, body, author_id, email_from, reply_to, is_internal,
                        email_add_signature, message_id, date, create_uid, write_uid, create_date, write_date)
                    SELECT %(model)s, moved.id, 'notification', %(subtype)s, %(body)s, %(author)s, %(email_from)s,
                           %(email_from)s, TRUE, FALSE, %(message_id)s, %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                      FROM moved
                    RETURNING id, res_id
                )
                INSERT INTO mail_tracking_value (
                    mail_message_id, field_id, old_value_integer, old_value_char, new_value_integer, new_value_char,
                    create_uid, write_uid, create_date, write_date)
                SELECT message.id, v.field_id, COALESCE(v.old, 0), COALESCE(v.old_name, ''),
                       COALESCE(v.new, 0), COALESCE(v.new_name, ''), %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM message JOIN moved ON moved.id = message.res_id
                 CROSS JOIN LATERAL (VALUES
                    (%(owner_field)s, moved.old_owner, moved.old_owner_name, %(owner)s, %(owner_name)s),
                    (%(team_field)s, moved.old_team, moved.old_team_name, moved.new_team, moved.new_team_name)
                 ) AS v(field_id, old, old_name, new, new_name)
                 WHERE v.old IS DISTINCT FROM v.new
                """,
                ids=[move.archive_id for move in moves],
                owners=[move.old_owner for move in moves],
                owner_names=[names.get(move.old_owner) for move in moves],
                old_teams=[move.old_team for move in moves],
                old_team_names=[team_names.get(move.old_team) for move in moves],
                new_teams=[move.new_team for move in moves],
                new_team_names=[team_names.get(move.new_team) for move in moves],
                model=self._name,
                subtype=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                body=self._move_body(reason, handover),
                author=author.id,
                email_from=email_from or None,
                message_id=generate_tracking_message_id("message-notify"),
                now=self.env.cr.now(),
                uid=self.env.uid,
                owner_field=field_id["owner_id"],
                team_field=field_id["team_id"],
                owner=SQL("%s::integer", user.id or None),
                owner_name=SQL("%s::varchar", names.get(user.id)),
            )
        )

    def _move_body(self, reason, handover):
        if handover:
            text = self.env._(
                "Handed over with the handover list %(number)s. Reason: %(reason)s", number=handover.name, reason=reason
            )
        else:
            text = self.env._("Account manager changed. Reason: %s", reason)
        return Markup("<p>%s</p>") % text

    # -- one message for each person ------------------------------------------------------------------------------

    def _tell_of_moves(self, user, moves, handover):
        """One message for the new account manager and one for each former one: how many, and where to see them."""
        counts = {}
        for move in moves:
            if move.old_owner and move.old_owner != user.id:
                counts[move.old_owner] = counts.get(move.old_owner, 0) + 1
        gained = sum(1 for move in moves if move.old_owner != user.id)
        # sudo: addresses of colleagues, who are told of their own customers only
        people = self.env["res.users"].sudo().browse([*counts, *user.ids])
        for person in people.filtered(lambda p: p.active and not p.share and p.id != self.env.uid):
            if person.id in counts:
                person._tell_of_lost_customers(counts[person.id], handover)
            elif gained:
                person._tell_of_new_customers(gained, handover)
